/** Config node: one port that peers connect to, or one peer that is connected to, over TCP or WebSocket. */

import type { SecureContextOptions } from "node:tls";
import type { Node, NodeAPI, NodeDef } from "node-red";
import { Endpoint, type EndpointUser } from "./session-endpoint/endpoint.ts";
import type { EndpointState } from "./session-endpoint/link.ts";
import { holderOutside } from "./session-endpoint/port-holder.ts";
import { type EndpointOptions, readEndpointOptions } from "./session-endpoint/read-options.ts";
import { forgetTargets, type Targets } from "./session-endpoint/targets.ts";
import { readTls } from "./session-endpoint/tls.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { addCollector } from "./shared/metrics.ts";
import type { Fields } from "./shared/options.ts";
import { SendFault } from "./shared/send-fault.ts";
import type { OpenSession, SendOptions } from "./shared/sessions.ts";
import { whenClosed } from "./shared/when-closed.ts";

export interface SessionEndpointNode extends Node {
  /** Messages, events and state as they come; `state` is called at once with the present one. Returns unsubscribe. */
  subscribe(user: EndpointUser): () => void;
  /** To all open sessions; null, or the first fault. */
  broadcast(payload: unknown, options: SendOptions): SendFault | null;
  sessions(): Iterable<OpenSession>;
  /** Whom it connects to; null where it listens, or is stopped. */
  targets(): Targets | null;
}

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);

  function SessionEndpoint(this: SessionEndpointNode, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      serve(
        this,
        readEndpointOptions(fields, (text) => expand(this, text)),
        readTls(RED, fields.tls, fields.role !== "connect"),
      );
    } catch (error) {
      fail(this, error);
    }
  }

  function serve(node: SessionEndpointNode, options: EndpointOptions, tls: SecureContextOptions | null): void {
    const holder = { id: node.id, label: node.name || node.id };
    const endpoint = new Endpoint(holder, options, (port) => holderOutside(RED, port));
    node.subscribe = (user) => endpoint.subscribe(user);
    node.broadcast = (payload, options) => endpoint.broadcast(payload, options);
    node.sessions = () => endpoint.open;
    node.targets = () => endpoint.targets;
    logChanges(node, endpoint, options.role === "connect" ? "connected" : "open");
    const uncollect = addCollector(node, (where) => endpoint.samples(where));
    let isClosed = false;
    // A peer that connects earlier would find no node to hear it.
    void deploys.started().then(() => {
      if (!isClosed) endpoint.start(tls);
    });
    whenClosed(node, "the sessions were not closed", (removed) => {
      isClosed = true;
      if (removed) forgetTargets(node.id);
      uncollect();
      return endpoint.stop();
    });
  }

  /** Once for each change of what keeps it waiting, not for each attempt. */
  function logChanges(node: Node, endpoint: Endpoint, ready: "connected" | "open"): void {
    let before: EndpointState = { name: "connecting", detail: "" };
    endpoint.subscribe({
      state: (state) => {
        const { name, detail } = state;
        if (name === "connecting" || (name === before.name && detail === before.detail)) return;
        before = state;
        if (name === "open") node.log(RED._(`session-endpoint.log.${ready}`, { detail }));
        else node.warn(RED._("session-endpoint.log.waiting", { detail }));
      },
    });
  }

  /** Node-RED puts in a variable only where it is the whole field. */
  function expand(node: Node, text: string): string {
    return text.includes("${") ? String(RED.util.evaluateNodeProperty(text, "env", node, {})) : text;
  }

  RED.nodes.registerType("gh-session-endpoint", SessionEndpoint);
}

/** Stays inert: its users show the fault. */
function fail(node: SessionEndpointNode, error: unknown): void {
  if (!(error instanceof RangeError)) throw error;
  const { message } = error;
  node.error(message);
  node.subscribe = (user) => {
    user.state?.({ name: "failed", detail: message }, 0);
    return () => undefined;
  };
  node.broadcast = () => new SendFault("closed", message);
  node.sessions = () => [];
  node.targets = () => null;
}

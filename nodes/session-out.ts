/** Sends to the session that a message names, or to all of an endpoint, and ends a session when told. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import { endpointStatus, findEndpoint } from "./session-endpoint/endpoint-status.ts";
import type { SessionEndpointNode } from "./session-endpoint.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { SendFault } from "./shared/send-fault.ts";
import { findSession } from "./shared/sessions.ts";
import { statusLine } from "./shared/status.ts";

export default function register(RED: NodeAPI): void {
  function SessionOut(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      serve(this, isChosen(fields.endpoint) ? findEndpoint(RED, fields.endpoint) : null);
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, endpoint: SessionEndpointNode | null): void {
    const line = statusLine(node);
    const dropped = { closed: 0, unaddressed: 0 };
    const uncollect = addCollector(() => dropSamples(`session-out:${node.name || node.id}`, dropped));
    const unsubscribe = endpoint?.subscribe({
      state: (state, sessions) => line.show(() => endpointStatus(RED, state, sessions)),
    });
    node.on("input", (message: GatehouseMessage, _send, done) => {
      const fault = deliver(message, endpoint);
      if (fault && fault.code in dropped) dropped[fault.code as keyof typeof dropped]++;
      done(fault ?? undefined);
    });
    node.on("close", (_removed: boolean, done: () => void) => {
      unsubscribe?.();
      uncollect();
      line.stop();
      done();
    });
  }

  RED.nodes.registerType("gh-session-out", SessionOut);
}

function isChosen(id: unknown): boolean {
  return typeof id === "string" && id !== "";
}

function deliver(message: GatehouseMessage, endpoint: SessionEndpointNode | null): SendFault | null {
  const topic = typeof message.topic === "string" ? message.topic : undefined;
  if (message._session) return answer(message, message._session.id, topic);
  if (!endpoint) return new SendFault("unaddressed", "msg._session is missing, and no endpoint is chosen");
  const fault = hasPayload(message) ? endpoint.broadcast(message.payload, topic) : null;
  if (message.close === true) for (const session of endpoint.sessions()) session.close("flow");
  return fault;
}

function answer(message: GatehouseMessage, id: string, topic: string | undefined): SendFault | null {
  const session = findSession(id);
  if (!session) return hasPayload(message) ? new SendFault("closed", "the session is closed") : null;
  const fault = hasPayload(message) ? session.send(message.payload, topic) : null;
  if (message.close === true) session.close("flow");
  return fault;
}

/** To end a session no payload is needed. */
function hasPayload({ payload, close }: GatehouseMessage): boolean {
  return close !== true || (payload !== undefined && payload !== null && payload !== "");
}

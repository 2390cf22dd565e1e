/** Sends to the session that a message names, or to all of an endpoint, and ends a session when told. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import { endpointStatus, findEndpoint } from "./session-endpoint/endpoint-status.ts";
import type { SessionEndpointNode } from "./session-endpoint.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { isList } from "./shared/message-list.ts";
import { addCollector, dropSamples } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { SendFault } from "./shared/send-fault.ts";
import { findSession, type SendOptions } from "./shared/sessions.ts";
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
    // What an endpoint took and dropped it counts itself.
    const dropped: Record<string, number> = { closed: 0, expired: 0, unaddressed: 0, unsendable: 0 };
    const uncollect = addCollector(node, (where) => dropSamples(where, dropped));
    const unsubscribe = endpoint?.subscribe({
      state: (state, sessions) => line.show(() => endpointStatus(RED, state, sessions)),
    });
    node.on("input", (message: GatehouseMessage, _send, done) => {
      if (message.action === "connect" || message.action === "disconnect") {
        done(target(message, endpoint));
        return;
      }
      let first: SendFault | undefined;
      for (const one of isList(message) ? message.payload : [message]) {
        const fault = deliver(one, endpoint);
        if (fault && fault.code in dropped) dropped[fault.code]!++;
        first ??= fault ?? undefined;
      }
      done(first);
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

/** Undefined, or why the endpoint does not connect there, or goes on doing so. */
function target({ action, url }: GatehouseMessage, endpoint: SessionEndpointNode | null): Error | undefined {
  const targets = endpoint?.targets();
  if (!targets) return new RangeError(`${action}: no endpoint is chosen that connects`);
  if (typeof url !== "string") return new RangeError("msg.url must be such as ws://host:port/");
  try {
    if (action === "connect") targets.connect(url);
    else targets.disconnect(url);
    return undefined;
  } catch (error) {
    return error as RangeError;
  }
}

function isChosen(id: unknown): boolean {
  return typeof id === "string" && id !== "";
}

/** Null, or why the message, or its close, reached nobody. */
function deliver(message: GatehouseMessage, endpoint: SessionEndpointNode | null): SendFault | null {
  const { _session, close } = message;
  if (!_session && !endpoint) return new SendFault("unaddressed", "msg._session is missing, and no endpoint is chosen");
  const fault = hasPayload(message) ? send(message, endpoint) : null;
  if (close === true && _session) findSession(_session.id)?.close("flow");
  else if (close === true) for (const session of endpoint!.sessions()) session.close("flow");
  return fault;
}

function send(message: GatehouseMessage, endpoint: SessionEndpointNode | null): SendFault | null {
  const { payload, _session } = message;
  const options = optionsOf(message);
  if (options instanceof SendFault) return options;
  if (!_session) return endpoint!.broadcast(payload, options);
  const session = findSession(_session.id);
  return session ? session.send(payload, options) : new SendFault("closed", "the session is closed");
}

function optionsOf({ topic, deadline }: GatehouseMessage): SendOptions | SendFault {
  if (deadline !== undefined && typeof deadline !== "number")
    return new SendFault("unsendable", "msg.deadline must be a number of milliseconds since 1970");
  if (deadline !== undefined && deadline < Date.now()) return new SendFault("expired", "the deadline has passed");
  return { topic: typeof topic === "string" ? topic : undefined, deadline };
}

/** To end a session no payload is needed. */
function hasPayload({ payload, close }: GatehouseMessage): boolean {
  return close !== true || (payload !== undefined && payload !== null && payload !== "");
}

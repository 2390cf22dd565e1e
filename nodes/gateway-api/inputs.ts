/** Tells apart what a flow wires into a gateway-api: sessions, the state of the serial link, readings, outcomes. */
import { asBuffer } from "../../lib/uart/special-search.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { Gateway } from "./gateway.ts";
import type { MeshReading } from "./mesh-reading.ts";

interface Details {
  readonly address?: unknown;
  readonly path?: unknown;
  readonly headers?: unknown;
  readonly state?: unknown;
  readonly detail?: unknown;
}

/** Of those that are nothing that the node knows, the first one's TypeError; the others are taken. */
export function takeAll(messages: readonly GatehouseMessage[], gateway: Gateway): Error | undefined {
  let first: Error | undefined;
  for (const message of messages) {
    try {
      take(message, gateway);
    } catch (error) {
      first ??= error as Error;
    }
  }
  return first;
}

/** Throws TypeError where it is nothing that the node knows. */
function take(message: GatehouseMessage, gateway: Gateway): void {
  const { type, action, _session } = message;
  if (type === "outcome" || action === "delivered" || action === "failed") takeOutcome(message, gateway);
  else if (_session?.type === "session") takeSession(message, _session.id, gateway);
  else if (message.device !== undefined) gateway.reading(message);
  else if (Array.isArray(message.payload)) for (const reading of message.payload) takeReading(reading, gateway);
  else if (type === "opened" || type === "closed") gateway.linked(type === "opened");
  else if (type !== "refused") throw new TypeError("this is no message of a session, link, reading or outcome");
}

/** From a node store, or straight from the wire and from a catch node. */
function takeOutcome(message: GatehouseMessage, gateway: Gateway): void {
  const { state, detail } = (message.payload ?? {}) as Details;
  const isDelivered = message.type === "outcome" ? state === "delivered" : message.action === "delivered";
  const error = message.error as { readonly message?: unknown } | undefined;
  const reason = message.type === "outcome" ? (detail ?? state) : error?.message;
  if (typeof message.id === "string") gateway.outcome(message.id, isDelivered, String(reason ?? ""));
}

function takeSession({ type, payload }: GatehouseMessage, session: string, gateway: Gateway): void {
  if (type === "opened") takeOpened(session, (payload ?? {}) as Details, gateway);
  else if (type === "ended") gateway.ended(session);
  else if (type === "closed") gateway.closed(session);
  else if (typeof payload === "string") gateway.receive(session, payload);
  else if (payload instanceof Uint8Array) gateway.receive(session, asBuffer(payload));
  else if (type !== "dropped") throw new TypeError("msg.payload of a session must be bytes or text");
}

/** Only a WebSocket is opened at a path. */
function takeOpened(session: string, { path, headers, address }: Details, gateway: Gateway): void {
  gateway.opened(session, path !== undefined || headers !== undefined, String(address ?? ""));
}

function takeReading(reading: unknown, gateway: Gateway): void {
  if (typeof reading === "object" && reading !== null) gateway.reading(reading as MeshReading);
}

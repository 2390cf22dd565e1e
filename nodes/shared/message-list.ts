/**
 * Several messages that travel as one: a list in the payload of a message with `list: true`. A hop of Node-RED costs more
 * than most of what nodes do with a message (bench `ack`).
 */
import type { GatehouseMessage } from "./message.ts";

export interface List {
  readonly list: true;
  payload: GatehouseMessage[];
}

export function isList<M extends { readonly list?: unknown; payload?: unknown }>(message: M): message is M & List {
  return message.list === true && Array.isArray(message.payload);
}

/** One message stays what it is. */
export function asOne(messages: GatehouseMessage[], mintId: () => string): GatehouseMessage {
  if (messages.length > 1) return { _msgid: mintId(), list: true, payload: messages };
  const [message] = messages as [GatehouseMessage];
  message._msgid ??= mintId();
  return message;
}

/** Payloads as they go out: bytes, text, or an object as JSON, with what the framing puts behind a message. */
import type { Outgoing } from "../../lib/sessions/send-queue.ts";
import { SendFault } from "../shared/send-fault.ts";
import type { SendOptions } from "../shared/sessions.ts";

export type Encode = (payload: unknown, options: SendOptions) => Outgoing | SendFault;

/** On a stream everything is bytes. */
export function encodeBytes(behind: Buffer): Encode {
  return (payload, { topic, deadline }) => {
    const content = contentOf(payload);
    if (content instanceof SendFault) return content;
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const data = behind.length === 0 ? bytes : Buffer.concat([bytes, behind]);
    return { data, bytes: data.length, topic, deadline };
  };
}

/** A WebSocket tells text from bytes. */
export const encodeFrame: Encode = (payload, { topic, deadline }) => {
  const data = contentOf(payload);
  if (data instanceof SendFault) return data;
  return { data, bytes: Buffer.byteLength(data), topic, deadline };
};

function contentOf(payload: unknown): Buffer | string | SendFault {
  if (typeof payload === "string" || Buffer.isBuffer(payload)) return payload;
  if (payload instanceof Uint8Array) return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload === undefined || payload === null) return unsendable(String(payload));
  try {
    return JSON.stringify(payload) ?? unsendable(typeof payload);
  } catch (error) {
    return unsendable((error as Error).message);
  }
}

function unsendable(what: string): SendFault {
  return new SendFault("unsendable", `msg.payload must be a Buffer, a string or an object, got ${what}`);
}

/** Payloads as they go out: bytes, text, or an object as JSON, with what the framing puts behind a message. */
import { isUtf8 } from "node:buffer";
import type { Outgoing } from "../../lib/sessions/send-queue.ts";
import { SendFault } from "../shared/send-fault.ts";
import type { SendOptions } from "../shared/sessions.ts";

export type Encode = (payload: unknown, options: SendOptions) => Outgoing | SendFault;

/** On a stream everything is bytes. */
export function encodeBytes(behind: Buffer): Encode {
  const isText = isUtf8(behind);
  const text = behind.toString();
  return (payload, { topic, deadline }) => {
    const content = contentOf(payload);
    if (content instanceof SendFault) return content;
    // Text becomes bytes when it is written: what waits and gives way never was a Buffer, whose memory is freed late.
    const data = typeof content === "string" && isText ? content + text : joined(content, behind);
    return { data, bytes: Buffer.byteLength(data), topic, deadline };
  };
}

function joined(content: string | Buffer, behind: Buffer): Buffer {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return behind.length === 0 ? bytes : Buffer.concat([bytes, behind]);
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

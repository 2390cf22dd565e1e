/** Frames on the mesh's serial line: their three special bytes, and the encoder (PROTOCOLS 1.1). */
import { appendCrc } from "./crc.ts";

export const START = 0xff;
export const END = 0xfe;
/** The byte that follows is XORed with it. Every byte from here up is escaped. */
export const ESCAPE = 0xfa;

export interface FrameOptions {
  /** Add, or expect, the CRC trailer. Off by default: the format of the field has none. */
  readonly crc?: boolean;
}

/**
 *     START | payload, escaped | crc u16be, escaped (option) | END
 */
export function encodeFrame(payload: Uint8Array, options: FrameOptions = {}): Buffer {
  const body = options.crc ? appendCrc(payload) : payload;
  const escapes = countEscapes(body);
  const frame = Buffer.allocUnsafe(body.length + escapes + 2);
  frame[0] = START;
  if (escapes > 0) writeEscaped(frame, body);
  else frame.set(body, 1);
  frame[frame.length - 1] = END;
  return frame;
}

function countEscapes(body: Uint8Array): number {
  let escapes = 0;
  for (let at = 0; at < body.length; at++) {
    if (body[at]! >= ESCAPE) escapes++;
  }
  return escapes;
}

function writeEscaped(frame: Buffer, body: Uint8Array): void {
  let to = 1;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!;
    if (byte < ESCAPE) {
      frame[to++] = byte;
    } else {
      frame[to++] = ESCAPE;
      frame[to++] = byte ^ ESCAPE;
    }
  }
}

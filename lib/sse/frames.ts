/**
 * The events of a stream as frames of a WebSocket: one JSON object each, in a text frame (RFC 6455, 5.2). They are made
 * from the stream's own text, once for all browsers that get the same chunk.
 *
 *     0x81 | length u8, or 126 and u16be, or 127 and u64be | text
 */

const TEXT_FRAME = 0x81;
const MAX_SHORT = 125;
const MAX_MIDDLE = 0xffff;

const framed = new WeakMap<Uint8Array, Buffer>();

/** All events of a chunk as frames, one behind another; a chunk that is no text yet is remembered with its frames. */
export function framesOf(chunk: Uint8Array | string): Buffer {
  if (typeof chunk === "string") return toFrames(chunk);
  const known = framed.get(chunk);
  if (known) return known;
  const frames = toFrames(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString());
  framed.set(chunk, frames);
  return frames;
}

function toFrames(text: string): Buffer {
  const parts: Buffer[] = [];
  for (const block of text.split("\n\n")) {
    const json = jsonOfBlock(block);
    if (json === null) continue;
    const payload = Buffer.from(json);
    parts.push(headOf(payload.length), payload);
  }
  return Buffer.concat(parts);
}

/** The fields of the data, after the name of the event where it has one, and the id where it moves the last one. */
function jsonOfBlock(block: string): string | null {
  const { event, data, id } = fieldsOf(block);
  const head = (event === undefined ? "" : `"event":"${event}",`) + (id === undefined ? "" : `"lastEventId":"${id}",`);
  if (data !== undefined) return `{${head}${data.slice(1)}`;
  return id === undefined ? null : `{"lastEventId":"${id}"}`;
}

/** Each has one line at most: a JSON text has no line break. */
function fieldsOf(block: string): { event?: string; data?: string; id?: string } {
  const fields: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return fields;
}

function headOf(length: number): Buffer {
  if (length <= MAX_SHORT) return Buffer.of(TEXT_FRAME, length);
  if (length <= MAX_MIDDLE) return Buffer.of(TEXT_FRAME, 126, length >> 8, length & 0xff);
  const head = Buffer.alloc(10);
  head[0] = TEXT_FRAME;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

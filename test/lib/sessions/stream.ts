/** What a decoder makes of a stream, written short: messages as they are, drops as `!reason`. */
import type { StreamDecoder, StreamEvent } from "../../../lib/sessions/stream-event.ts";

export function told(events: readonly StreamEvent[]): (string | Buffer)[] {
  return events.map((event) => (event.type === "message" ? event.payload : `!${event.reason}`));
}

/** All chunks, then the stream's end. */
export function decode(decoder: StreamDecoder, chunks: readonly Buffer[]): (string | Buffer)[] {
  return told([...chunks.flatMap((chunk) => [...decoder.receive(chunk, 0)]), ...decoder.end()]);
}

/** The stream in pieces of these sizes, again and again. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

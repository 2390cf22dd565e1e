/** What a frame decoder told its sink, in order, in a form that compares and prints well. */
import {
  type DropReason,
  FrameDecoder,
  type FrameDecoderOptions,
  type FrameSink,
} from "../../../lib/uart/frame-decoder.ts";

export type FrameEvent =
  | { readonly frame: string }
  | { readonly dropped: DropReason; readonly offset: number; readonly head: string }
  | { readonly noise: string };

export interface Recorder extends FrameSink {
  /** Bytes are turned into hex only here, so that a buffer written to again after it was handed out is noticed. */
  events(): FrameEvent[];
}

export function recorder(): Recorder {
  const told: (() => FrameEvent)[] = [];
  return {
    frame: (payload) => void told.push(() => ({ frame: payload.toString("hex") })),
    dropped: (reason, offset, head) => void told.push(() => ({ dropped: reason, offset, head: head.toString("hex") })),
    noise: (line) => void told.push(() => ({ noise: line })),
    events: () => told.map((event) => event()),
  };
}

/** Each chunk is a copy that is wiped after use, as a driver's read buffer may be, unless views of it are allowed. */
export function decodeChunks(chunks: readonly Uint8Array[], options?: FrameDecoderOptions): FrameEvent[] {
  const sink = recorder();
  const decoder = new FrameDecoder(sink, options);
  for (const chunk of chunks) {
    const copy = Uint8Array.from(chunk);
    decoder.receive(copy);
    if (!options?.views) copy.fill(0);
  }
  return sink.events();
}

/** Cuts bytes into pieces of the given sizes, over and over. */
export function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length]!);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Bytes from hex with spaces. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

/** What a decoder makes of a stream's bytes: messages, and drops by reason. */

/**
 * `too-long` more bytes than the limit · `utf8` text that is no UTF-8 · `empty` nothing before its terminator ·
 * `unterminated` the stream ended before the terminator
 */
export type StreamDrop = "too-long" | "utf8" | "empty" | "unterminated";

export type StreamEvent =
  | { readonly type: "message"; readonly payload: string | Buffer }
  | { readonly type: "dropped"; readonly reason: StreamDrop };

/** Finds the messages in one connection's bytes, however they are cut into chunks. */
export interface StreamDecoder {
  receive(chunk: Buffer, now: number): readonly StreamEvent[];
  /** The peer sends no more. */
  end(): readonly StreamEvent[];
  handleTimer(now: number): readonly StreamEvent[];
  nextDeadline(): number | null;
}

/**
 * Splits a stream of bytes into text messages at terminators. A message ends at the first byte at which one of its
 * terminators is complete; of several complete ones the longest ends it. So `{"a":1}done\n` with the terminators
 * `done\n` and `\n` is `{"a":1}`, and no message waits for a byte that may never come.
 */
import { EndSearch } from "./end-search.ts";
import { HeldBytes } from "./held-bytes.ts";
import type { StreamDecoder, StreamEvent } from "./stream-event.ts";
import type { Terminators } from "./terminators.ts";

const NOTHING: readonly StreamEvent[] = [];

export class MessageSplitter implements StreamDecoder {
  readonly #ends: Terminators;
  readonly #longest: number;
  readonly #maxBytes: number;
  readonly #search: EndSearch;
  readonly #held = new HeldBytes();
  /** A byte order mark is data. */
  readonly #text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  /** Longer than the limit: told already, and passed over up to its end. */
  #skipping = false;

  constructor(ends: Terminators, maxBytes: number) {
    this.#ends = ends;
    this.#longest = ends[0]!.length;
    this.#maxBytes = maxBytes;
    this.#search = new EndSearch(ends.map((end) => end.at(-1)!));
  }

  receive(chunk: Buffer): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    let from = 0;
    this.#search.restart();
    for (let at = this.#search.next(chunk, 0); at < chunk.length; at = this.#search.next(chunk, at + 1)) {
      const end = this.#endAt(chunk, from, at);
      if (end === undefined) continue;
      this.#finish(chunk.subarray(from, at + 1), end.length, events);
      from = at + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from), events);
    return events;
  }

  end(): readonly StreamEvent[] {
    const isCut = !this.#skipping && this.#held.length > 0;
    this.#held.clear();
    this.#skipping = false;
    return isCut ? [{ type: "dropped", reason: "unterminated" }] : NOTHING;
  }

  handleTimer(): readonly StreamEvent[] {
    return NOTHING;
  }

  nextDeadline(): null {
    return null;
  }

  /** The terminator that is complete with the byte at `at`, of a message that goes on at `from`. */
  #endAt(chunk: Buffer, from: number, at: number): Buffer | undefined {
    return this.#ends.find((end) => this.#isEnd(end, chunk, from, at));
  }

  #isEnd(end: Buffer, chunk: Buffer, from: number, at: number): boolean {
    const length = end.length;
    for (let back = 0; back < length; back++) {
      const place = at - back;
      const byte = place < from ? this.#held.fromEnd(from - place) : chunk[place];
      if (byte !== end[length - 1 - back]) return false;
    }
    return true;
  }

  #finish(part: Buffer, endLength: number, events: StreamEvent[]): void {
    const length = this.#held.length + part.length - endLength;
    if (!this.#skipping) events.push(this.#eventOf(part, length));
    this.#skipping = false;
    this.#held.clear();
  }

  #eventOf(part: Buffer, length: number): StreamEvent {
    if (length === 0) return { type: "dropped", reason: "empty" };
    if (length > this.#maxBytes) return { type: "dropped", reason: "too-long" };
    if (this.#held.length === 0) return this.#textOf(part.subarray(0, length));
    this.#held.add(part);
    return this.#textOf(this.#held.first(length));
  }

  #textOf(bytes: Buffer): StreamEvent {
    try {
      return { type: "message", payload: this.#text.decode(bytes) };
    } catch {
      return { type: "dropped", reason: "utf8" };
    }
  }

  /** Keeps what may still become a message, or a terminator's beginning. */
  #hold(rest: Buffer, events: StreamEvent[]): void {
    const isOver = this.#held.length + rest.length >= this.#maxBytes + this.#longest;
    if (isOver && !this.#skipping) {
      this.#skipping = true;
      events.push({ type: "dropped", reason: "too-long" });
    }
    if (this.#skipping) this.#keepTail(rest);
    else this.#held.add(rest);
  }

  #keepTail(rest: Buffer): void {
    const tailBytes = this.#longest - 1;
    this.#held.keepLast(tailBytes);
    this.#held.add(rest.subarray(Math.max(0, rest.length - tailBytes)));
    this.#held.keepLast(tailBytes);
  }
}

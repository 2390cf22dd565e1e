/** Finds frames in a stream of bytes, however it is cut into chunks (PROTOCOLS 1.1). */
import { CRC_BYTES } from "./crc.ts";
import { END, ESCAPE, START } from "./frame.ts";
import { FrameBody, findFault, leastView, mayHoldViews } from "./frame-body.ts";
import {
  bodyLimit,
  type DropReason,
  type FrameCounts,
  type FrameDecoderOptions,
  type FrameSink,
  zeroCounts,
} from "./frame-sink.ts";
import { NoiseLines } from "./noise-lines.ts";
import { asBuffer, NEAR_BYTES, SpecialSearch } from "./special-search.ts";

export type { DropReason, FrameCounts, FrameDecoderOptions, FrameSink } from "./frame-sink.ts";

const OUTSIDE = 0;
const INSIDE = 1;
const ESCAPED = 2;
/** Dropped, and its END or the next START not yet seen. */
const SKIPPING = 3;

export class FrameDecoder {
  readonly counts: FrameCounts = zeroCounts();
  readonly #sink: FrameSink;
  readonly #crc: boolean;
  readonly #views: boolean;
  readonly #limit: number;
  readonly #lines: NoiseLines;
  readonly #search = new SpecialSearch();
  readonly #body = new FrameBody();
  #state = OUTSIDE;
  /** Of the open frame's START in the stream, and of the present chunk's first byte. */
  #start = 0;
  #offset = 0;

  constructor(sink: FrameSink, options: FrameDecoderOptions = {}) {
    this.#sink = sink;
    this.#crc = options.crc ?? false;
    this.#views = options.views ?? false;
    this.#limit = bodyLimit(options);
    this.#lines = new NoiseLines((line) => sink.noise(line));
  }

  /** The sink must not call back into the decoder, and must not throw. */
  receive(chunk: Uint8Array): void {
    this.#search.restart();
    const bytes = chunk.length > NEAR_BYTES ? asBuffer(chunk) : chunk;
    const from = this.#views && mayHoldViews(bytes) ? this.#receiveViews(bytes) : 0;
    this.#receiveCopies(bytes, from, bytes.length);
    this.#offset += bytes.length;
  }

  #receiveCopies(chunk: Uint8Array, from: number, end: number): void {
    for (let at = from; at < end; ) {
      if (this.#state === OUTSIDE || this.#state === SKIPPING) this.#body.clear();
      const to = this.#body.load(chunk, at, end);
      this.#read(chunk, at, to);
      at = to;
    }
  }

  /** Long frames that stand whole and plain in the chunk; gives the index of the first byte that is something else. */
  #receiveViews(chunk: Buffer): number {
    let at = 0;
    if (this.#state !== OUTSIDE) {
      at = Math.min(chunk.length, this.#search.findEnd(chunk, 0) + 1);
      this.#receiveCopies(chunk, 0, at);
    }
    const least = leastView(chunk);
    while (this.#state === OUTSIDE && chunk[at] === START) {
      const end = this.#search.findFar(chunk, at + 1, chunk.length);
      const length = end - at - 1;
      if (chunk[end] !== END || length < least || length > this.#limit || findFault(chunk, at + 1, end, this.#crc))
        break;
      this.#lines.flush();
      this.#deliver(chunk, at + 1, end);
      at = end + 1;
    }
    return at;
  }

  #read(chunk: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      if (this.#state === INSIDE) at = this.#readInside(chunk, at, to);
      else if (this.#state === OUTSIDE) at = this.#readOutside(chunk, at, to);
      else if (this.#state === SKIPPING) at = this.#skip(chunk, at, to);
      else this.#readEscaped(chunk[at]!, at++);
    }
  }

  #readOutside(chunk: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && chunk[at] !== START) at++;
    this.counts.noiseBytes += at - from;
    if (at > from) this.#lines.add(chunk, from, at);
    if (at === to) return at;
    this.#open(at);
    return at + 1;
  }

  #open(at: number): void {
    this.#lines.flush();
    this.#start = this.#offset + at;
    this.#body.open(at + 1);
    this.#state = INSIDE;
  }

  #skip(chunk: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && chunk[at]! < END) at++;
    if (at === to) return at;
    if (chunk[at] === START) this.#open(at);
    else this.#state = OUTSIDE;
    return at + 1;
  }

  /** Takes the plain bytes up to the next special one, and that one. */
  #readInside(chunk: Uint8Array, from: number, to: number): number {
    const at = this.#take(chunk, from, to);
    if (this.#state === SKIPPING || at === to) return at;
    const byte = chunk[at]!;
    if (byte === END) this.#finish();
    else if (byte === ESCAPE) return this.#escape(chunk, at + 1, to);
    else if (byte === START) this.#restart("restarted", at);
    else this.#collect(byte);
    return at + 1;
  }

  #take(chunk: Uint8Array, from: number, to: number): number {
    const body = this.#body;
    let at = from;
    if (!body.isInPlace(from)) at = body.takeBelow(ESCAPE, chunk, from, Math.min(to, from + NEAR_BYTES));
    if (at === from || at === from + NEAR_BYTES) {
      const end = this.#search.find(chunk, at, to);
      body.take(at, end);
      at = end;
    }
    if (body.length > this.#limit) {
      body.out = body.begin + this.#limit;
      this.#drop("overflow", SKIPPING);
    }
    return at;
  }

  #escape(chunk: Uint8Array, at: number, to: number): number {
    this.#state = ESCAPED;
    if (at < to) this.#readEscaped(chunk[at]!, at);
    return Math.min(at + 1, to);
  }

  #readEscaped(byte: number, at: number): void {
    const plain = byte ^ ESCAPE;
    if (plain >= ESCAPE) this.#collect(plain);
    else if (byte === START) this.#restart("truncated-escape", at);
    else if (byte === END) this.#drop("truncated-escape", OUTSIDE);
    else this.#drop("bad-escape", SKIPPING);
  }

  #collect(byte: number): void {
    if (this.#body.length === this.#limit) {
      this.#drop("overflow", SKIPPING);
    } else {
      this.#body.push(byte);
      this.#state = INSIDE;
    }
  }

  #restart(reason: DropReason, at: number): void {
    this.#drop(reason, OUTSIDE);
    this.#open(at);
  }

  #finish(): void {
    const { slab, begin, out } = this.#body;
    const reason = findFault(slab, begin, out, this.#crc);
    if (reason) {
      this.#drop(reason, OUTSIDE);
    } else {
      this.#state = OUTSIDE;
      this.#body.keep();
      this.#deliver(slab, begin, out);
    }
  }

  #deliver(bytes: Buffer, begin: number, end: number): void {
    this.counts.frames++;
    this.#sink.frame(bytes.subarray(begin, this.#crc ? end - CRC_BYTES : end));
  }

  #drop(reason: DropReason, next: number): void {
    this.#state = next;
    this.counts.dropped[reason]++;
    this.#sink.dropped(reason, this.#start, this.#body.head());
  }
}

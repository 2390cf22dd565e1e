/** Finds frames in a stream of bytes, however it is cut into chunks (PROTOCOLS 1.1). */
import { CRC_BYTES, endsWithCrc } from "./crc.ts";
import { END, ESCAPE, START } from "./frame.ts";
import { FRAMES_PER_SLAB, FrameBody } from "./frame-body.ts";
import type { DropReason, FrameCounts, FrameDecoderOptions, FrameSink } from "./frame-sink.ts";
import { NoiseLines } from "./noise-lines.ts";
import { asBuffer, NEAR_BYTES, SpecialSearch } from "./special-search.ts";

export type { DropReason, FrameCounts, FrameDecoderOptions, FrameSink } from "./frame-sink.ts";

const DEFAULT_MAX_PAYLOAD_BYTES = 4096;

const OUTSIDE = 0;
const INSIDE = 1;
const ESCAPED = 2;
/** Dropped, and its END or the next START not yet seen. */
const SKIPPING = 3;

export class FrameDecoder {
  readonly counts: FrameCounts = {
    frames: 0,
    noiseBytes: 0,
    dropped: { restarted: 0, "bad-escape": 0, "truncated-escape": 0, overflow: 0, empty: 0, crc: 0 },
  };
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
    const limit = options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES;
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`"maxPayloadBytes" must be 1 or more, got ${limit}`);
    }
    this.#sink = sink;
    this.#crc = options.crc ?? false;
    this.#views = options.views ?? false;
    this.#limit = limit + (this.#crc ? CRC_BYTES : 0);
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
    const least = Math.max(1, chunk.buffer.byteLength / FRAMES_PER_SLAB);
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
    if (at > from) this.#hear(chunk, from, at);
    if (at === to) return at;
    this.#open(at);
    return at + 1;
  }

  #hear(chunk: Uint8Array, from: number, to: number): void {
    this.counts.noiseBytes += to - from;
    this.#lines.add(chunk, from, to);
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

/** A CRC of nothing, being right, makes an empty frame. */
function findFault(bytes: Buffer, begin: number, end: number, crc: boolean): DropReason | null {
  if (begin === end) return "empty";
  if (!crc) return null;
  if (!endsWithCrc(bytes, begin, end)) return "crc";
  return end - begin === CRC_BYTES ? "empty" : null;
}

/** Also asked first because looking for views in a chunk of a few bytes would cost more than copying it. */
function mayHoldViews(chunk: Uint8Array): chunk is Buffer {
  return chunk.length > NEAR_BYTES && chunk.length * FRAMES_PER_SLAB >= chunk.buffer.byteLength;
}

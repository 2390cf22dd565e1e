/** Finds frames in a stream of bytes, however it is cut into chunks (PROTOCOLS 1.1). */
import { crc16 } from "./crc.ts";
import { CRC_BYTES, END, ESCAPE, START } from "./frame.ts";
import type { DropReason, FrameCounts, FrameDecoderOptions, FrameSink } from "./frame-sink.ts";
import { NoiseLines } from "./noise-lines.ts";
import { NEAR_BYTES, SpecialSearch } from "./special-search.ts";

export type { DropReason, FrameCounts, FrameDecoderOptions, FrameSink } from "./frame-sink.ts";

const DEFAULT_MAX_PAYLOAD_BYTES = 4096;
const HEAD_BYTES = 16;

/**
 * A kept payload keeps its slab alive: small ones 8 KiB, as those of Node's own pool do, and not the 64 KiB of a chunk;
 * frames that fill more than such a slab can spare get a longer one, of about 16 of them.
 */
const SLAB_BYTES = 8192;
const LONG_SLAB_BYTES = 65_536;
const FRAMES_PER_SLAB = 16;
/** With less room than this a long chunk begins a new slab. */
const LEAST_ROOM = 1024;

const OUTSIDE = 0;
const INSIDE = 1;
const ESCAPED = 2;
/** Dropped, and its END or the next START not yet seen. */
const SKIPPING = 3;

/**
 * A chunk is copied into a slab of the decoder's own and unescaped there, in place: a frame without escapes
 * costs no second copy, and its payload is a part of the slab.
 *
 *     slab:  handed out … | free … | begin: the open frame, out | what is read now …
 */
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
  #state = OUTSIDE;
  /** Of the open frame's START in the stream, and of the present chunk's first byte. */
  #start = 0;
  #offset = 0;
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #free = 0;
  #begin = 0;
  #out = 0;
  /** From an index in the chunk to the place of its byte in the slab. */
  #shift = 0;

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
      const to = Math.min(end, at + this.#makeRoom(end - at));
      this.#copy(chunk, at, to);
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
      if (chunk[end] !== END || length < least || length > this.#limit || this.#fault(chunk, at + 1, end)) break;
      this.#lines.flush();
      this.#deliver(chunk, at + 1, end);
      at = end + 1;
    }
    return at;
  }

  /** Gives the room in the slab, which is a new one where the old one's is small; the open frame moves along. */
  #makeRoom(wanted: number): number {
    const open = this.#state === INSIDE || this.#state === ESCAPED;
    if (!open) this.#begin = this.#out = this.#free;
    const room = this.#slab.length - this.#out;
    if (room >= wanted || room >= LEAST_ROOM) return room;
    const held = this.#out - this.#begin;
    const slab = Buffer.allocUnsafeSlow(slabBytes(held));
    this.#slab.copy(slab, 0, this.#begin, this.#out);
    this.#slab = slab;
    this.#free = this.#begin = 0;
    this.#out = held;
    return slab.length - held;
  }

  #copy(chunk: Uint8Array, from: number, to: number): void {
    const part = to - from === chunk.length ? chunk : chunk.subarray(from, to);
    this.#slab.set(part, this.#out);
    this.#shift = this.#out - from;
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
    this.#begin = this.#out = at + 1 + this.#shift;
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
    if (this.#out - this.#begin === this.#limit) {
      this.#drop("overflow", SKIPPING);
    } else {
      this.#slab[this.#out++] = byte;
      this.#state = INSIDE;
    }
  }

  #restart(reason: DropReason, at: number): void {
    this.#drop(reason, OUTSIDE);
    this.#open(at);
  }

  /** Takes the plain bytes up to the next special one, and that one. */
  #readInside(chunk: Uint8Array, from: number, to: number): number {
    const at = this.#search.find(chunk, from, to);
    this.#take(from, at);
    if (this.#state === SKIPPING || at === to) return at;
    const byte = chunk[at]!;
    if (byte === END) this.#finish();
    else if (byte === ESCAPE) return this.#escape(chunk, at + 1, to);
    else if (byte === START) this.#restart("restarted", at);
    else this.#collect(byte);
    return at + 1;
  }

  /** After an escape the bytes move up; before one they already stand where they belong. */
  #take(from: number, to: number): void {
    const source = from + this.#shift;
    if (source !== this.#out) this.#moveUp(source, to + this.#shift);
    this.#out += to - from;
    if (this.#out - this.#begin <= this.#limit) return;
    this.#out = this.#begin + this.#limit;
    this.#drop("overflow", SKIPPING);
  }

  #moveUp(from: number, to: number): void {
    const slab = this.#slab;
    if (to - from > NEAR_BYTES) slab.copyWithin(this.#out, from, to);
    else for (let at = from, out = this.#out; at < to; ) slab[out++] = slab[at++]!;
  }

  #finish(): void {
    const reason = this.#fault(this.#slab, this.#begin, this.#out);
    if (reason) {
      this.#drop(reason, OUTSIDE);
    } else {
      this.#state = OUTSIDE;
      this.#free = this.#out;
      this.#deliver(this.#slab, this.#begin, this.#out);
    }
  }

  #deliver(bytes: Buffer, begin: number, end: number): void {
    this.counts.frames++;
    this.#sink.frame(bytes.subarray(begin, this.#crc ? end - CRC_BYTES : end));
  }

  /** A CRC of nothing, being right, makes an empty frame. */
  #fault(bytes: Buffer, begin: number, end: number): DropReason | null {
    if (begin === end) return "empty";
    if (!this.#crc) return null;
    const trailer = end - CRC_BYTES;
    if (trailer < begin || crc16(bytes, begin, trailer) !== bytes.readUInt16BE(trailer)) return "crc";
    return trailer === begin ? "empty" : null;
  }

  #drop(reason: DropReason, next: number): void {
    const head = Buffer.from(this.#slab.subarray(this.#begin, Math.min(this.#out, this.#begin + HEAD_BYTES)));
    this.#state = next;
    this.counts.dropped[reason]++;
    this.#sink.dropped(reason, this.#start, head);
  }
}

/** Also asked first because looking for views in a chunk of a few bytes would cost more than copying it. */
function mayHoldViews(chunk: Uint8Array): chunk is Buffer {
  return chunk.length > NEAR_BYTES && chunk.length * FRAMES_PER_SLAB >= chunk.buffer.byteLength;
}

/** Native searches are thirty times slower in a plain Uint8Array. */
function asBuffer(chunk: Uint8Array): Buffer {
  return chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

function slabBytes(held: number): number {
  return Math.max(SLAB_BYTES, Math.min(LONG_SLAB_BYTES, FRAMES_PER_SLAB * held), 2 * held + LEAST_ROOM);
}

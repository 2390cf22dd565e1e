/** Finds frames in a stream of bytes, however it is cut into chunks (PROTOCOLS 1.1). */
import { crc16 } from "./crc.ts";
import { CRC_BYTES, END, ESCAPE, type FrameOptions, START } from "./frame.ts";
import { NoiseLines } from "./noise-lines.ts";

/**
 * `restarted` a START inside a frame · `bad-escape` ESCAPE before a byte that never needs one ·
 * `truncated-escape` ESCAPE before START or END · `overflow` longer than `maxPayloadBytes` ·
 * `empty` nothing between START and END · `crc` the trailer differs, or is missing
 */
export type DropReason = "restarted" | "bad-escape" | "truncated-escape" | "overflow" | "empty" | "crc";

/** Written to directly instead of returning events: arrays would cost a third of the speed of `uart-decode-64B`. */
export interface FrameSink {
  /** The payload is the sink's to keep. */
  frame(payload: Buffer): void;
  /** `offset`: that of the frame's START in the stream. `head`: the first bytes collected, 16 at most. */
  dropped(reason: DropReason, offset: number, head: Buffer): void;
  /** Text outside frames, line by line; a line ends at LF, at a START, or at 256 bytes. */
  noise(line: string): void;
}

export interface FrameDecoderOptions extends FrameOptions {
  readonly maxPayloadBytes?: number;
}

export interface FrameCounts {
  frames: number;
  noiseBytes: number;
  readonly dropped: Record<DropReason, number>;
}

const DEFAULT_MAX_PAYLOAD_BYTES = 4096;
const HEAD_BYTES = 16;

/** A kept payload keeps its slab: 8 KiB, as Node's own pool of small buffers has it, and not the 64 KiB of a chunk. */
const SLAB_BYTES = 8192;
/** With less room than this a long chunk begins a new slab. */
const LEAST_ROOM = 1024;
/** Runs up to here are faster looked through byte by byte than by a native search (`uart-decode-64B`, `uart-decode-4KiB`). */
const NEAR_BYTES = 96;

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
  readonly #limit: number;
  readonly #lines: NoiseLines;
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
  /** Where the chunk has its next END, START, ESCAPE: each is searched for again only when it has been passed. */
  #nextEnd = -1;
  #nextStart = -1;
  #nextEscape = -1;

  constructor(sink: FrameSink, options: FrameDecoderOptions = {}) {
    const limit = options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES;
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new RangeError(`"maxPayloadBytes" must be 1 or more, got ${limit}`);
    this.#sink = sink;
    this.#crc = options.crc ?? false;
    this.#limit = limit + (this.#crc ? CRC_BYTES : 0);
    this.#lines = new NoiseLines((line) => sink.noise(line));
  }

  /** The sink must not call back into the decoder, and must not throw. */
  receive(chunk: Uint8Array): void {
    this.#nextEnd = this.#nextStart = this.#nextEscape = -1;
    for (let at = 0; at < chunk.length; ) {
      const to = Math.min(chunk.length, at + this.#makeRoom(chunk.length - at));
      this.#copy(chunk, at, to);
      this.#read(chunk, at, to);
      at = to;
    }
    this.#offset += chunk.length;
  }

  /** Gives the room in the slab, which is a new one where the old one's is small; the open frame moves along. */
  #makeRoom(wanted: number): number {
    const open = this.#state === INSIDE || this.#state === ESCAPED;
    if (!open) this.#begin = this.#out = this.#free;
    const room = this.#slab.length - this.#out;
    if (room >= wanted || room >= LEAST_ROOM) return room;
    const held = this.#out - this.#begin;
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * held + LEAST_ROOM));
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
    this.counts.noiseBytes += at - from;
    this.#lines.add(chunk, from, at);
    if (at === to) return at;
    this.#open(at);
    return at + 1;
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
    const at = this.#findSpecial(chunk, from, to);
    this.#take(from, at);
    if (this.#state === SKIPPING || at === to) return at;
    const byte = chunk[at]!;
    if (byte === END) this.#finish();
    else if (byte === ESCAPE) this.#state = ESCAPED;
    else if (byte === START) this.#restart("restarted", at);
    else this.#collect(byte);
    return at + 1;
  }

  #findSpecial(chunk: Uint8Array, from: number, to: number): number {
    const near = Math.min(to, from + NEAR_BYTES);
    let at = from;
    while (at < near && chunk[at]! < ESCAPE) at++;
    return at < near || near === to ? at : this.#searchSpecial(chunk, at, to);
  }

  #searchSpecial(chunk: Uint8Array, from: number, to: number): number {
    if (this.#nextEnd < from) this.#nextEnd = indexOrLength(chunk, END, from);
    if (this.#nextStart < from) this.#nextStart = indexOrLength(chunk, START, from);
    if (this.#nextEscape < from) this.#nextEscape = indexOrLength(chunk, ESCAPE, from);
    return Math.min(to, this.#nextEnd, this.#nextStart, this.#nextEscape);
  }

  /** After an escape the bytes move up; before one they already stand where they belong. */
  #take(from: number, to: number): void {
    const source = from + this.#shift;
    if (source !== this.#out) this.#slab.copyWithin(this.#out, source, to + this.#shift);
    this.#out += to - from;
    if (this.#out - this.#begin <= this.#limit) return;
    this.#out = this.#begin + this.#limit;
    this.#drop("overflow", SKIPPING);
  }

  #finish(): void {
    const reason = this.#fault();
    if (reason) {
      this.#drop(reason, OUTSIDE);
    } else {
      this.#state = OUTSIDE;
      this.#free = this.#out;
      this.counts.frames++;
      this.#sink.frame(this.#slab.subarray(this.#begin, this.#crc ? this.#out - CRC_BYTES : this.#out));
    }
  }

  /** A CRC of nothing, being right, makes an empty frame. */
  #fault(): DropReason | null {
    const length = this.#out - this.#begin;
    if (length === 0) return "empty";
    if (!this.#crc) return null;
    if (length < CRC_BYTES || !this.#agrees(this.#begin, this.#out - CRC_BYTES)) return "crc";
    return length === CRC_BYTES ? "empty" : null;
  }

  #agrees(begin: number, end: number): boolean {
    return crc16(this.#slab, begin, end) === this.#slab.readUInt16BE(end);
  }

  #drop(reason: DropReason, next: number): void {
    const head = Buffer.from(this.#slab.subarray(this.#begin, Math.min(this.#out, this.#begin + HEAD_BYTES)));
    this.#state = next;
    this.counts.dropped[reason]++;
    this.#sink.dropped(reason, this.#start, head);
  }
}

function indexOrLength(chunk: Uint8Array, byte: number, from: number): number {
  const index = chunk.indexOf(byte, from);
  return index < 0 ? chunk.length : index;
}

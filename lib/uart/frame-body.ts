/** The memory in which the open frame is collected, and of which payloads are parts. */
import { CRC_BYTES, endsWithCrc } from "./crc.ts";
import type { DropReason } from "./frame-sink.ts";
import { NEAR_BYTES } from "./special-search.ts";

/**
 * A kept payload keeps its slab alive: small ones 8 KiB, as those of Node's own pool do, and not the 64 KiB of a chunk;
 * frames that fill more than such a slab can spare get a longer one, of about 16 of them.
 */
const SLAB_BYTES = 8192;
const LONG_SLAB_BYTES = 65_536;
const FRAMES_PER_SLAB = 16;
/** With less room than this a long chunk begins a new slab. */
const LEAST_ROOM = 1024;
const HEAD_BYTES = 16;

/**
 * A chunk is copied behind what the open frame has collected, and unescaped there, in place: a frame without
 * escapes costs no second copy.
 *
 *     slab:  handed out … | free … | begin: the open frame … | out: what is read now …
 */
export class FrameBody {
  slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  /** The open frame, unescaped. */
  begin = 0;
  out = 0;
  #free = 0;
  /** From an index in the chunk to the place of its byte in the slab. */
  #shift = 0;

  get length(): number {
    return this.out - this.begin;
  }

  /** Copies what there is room for, in a new slab where the old one's is small, and gives the index of what comes next. */
  load(chunk: Uint8Array, from: number, end: number): number {
    const to = Math.min(end, from + this.#makeRoom(end - from));
    this.slab.set(to - from === chunk.length ? chunk : chunk.subarray(from, to), this.out);
    this.#shift = this.out - from;
    return to;
  }

  #makeRoom(wanted: number): number {
    const room = this.slab.length - this.out;
    if (room >= wanted || room >= LEAST_ROOM) return room;
    const held = this.length;
    const slab = Buffer.allocUnsafeSlow(slabBytes(held));
    this.slab.copy(slab, 0, this.begin, this.out);
    this.slab = slab;
    this.#free = this.begin = 0;
    this.out = held;
    return slab.length - held;
  }

  /** The frame begins with the byte at `at` of the chunk. */
  open(at: number): void {
    this.begin = this.out = at + this.#shift;
  }

  push(byte: number): void {
    this.slab[this.out++] = byte;
  }

  /** Before the frame's first escape its bytes already stand where they belong; behind it they move up. */
  isInPlace(at: number): boolean {
    return at + this.#shift === this.out;
  }

  /** Adds a run of the chunk. */
  take(from: number, to: number): void {
    if (!this.isInPlace(from)) this.slab.copyWithin(this.out, from + this.#shift, to + this.#shift);
    this.out += to - from;
  }

  /** Adds the bytes below `stop`, up to `to`: looking and moving at once. Gives the index of the first that is left. */
  takeBelow(stop: number, chunk: Uint8Array, from: number, to: number): number {
    const slab = this.slab;
    let out = this.out;
    let at = from;
    for (; at < to; at++) {
      const byte = chunk[at]!;
      if (byte >= stop) break;
      slab[out++] = byte;
    }
    this.out = out;
    return at;
  }

  /** What was collected has been handed out, and is not written to again. */
  keep(): void {
    this.#free = this.out;
  }

  /** No frame is open: the next chunk is copied over what was not handed out. */
  clear(): void {
    this.begin = this.out = this.#free;
  }

  /** A copy of the first bytes. */
  head(): Buffer {
    return Buffer.from(this.slab.subarray(this.begin, Math.min(this.out, this.begin + HEAD_BYTES)));
  }
}

function slabBytes(held: number): number {
  return Math.max(SLAB_BYTES, Math.min(LONG_SLAB_BYTES, FRAMES_PER_SLAB * held), 2 * held + LEAST_ROOM);
}

/** Also asked first because looking for views in a chunk of a few bytes would cost more than copying it. */
export function mayHoldViews(chunk: Uint8Array): chunk is Buffer {
  return chunk.length > NEAR_BYTES && chunk.length * FRAMES_PER_SLAB >= chunk.buffer.byteLength;
}

/** A view keeps the whole chunk alive: it must be worth that as much as a slab. */
export function leastView(chunk: Buffer): number {
  return Math.max(1, chunk.buffer.byteLength / FRAMES_PER_SLAB);
}

/** A CRC of nothing, being right, makes an empty frame. */
export function findFault(bytes: Buffer, begin: number, end: number, crc: boolean): DropReason | null {
  if (begin === end) return "empty";
  if (!crc) return null;
  if (!endsWithCrc(bytes, begin, end)) return "crc";
  return end - begin === CRC_BYTES ? "empty" : null;
}

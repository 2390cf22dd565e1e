/** Looks for the next byte of a chunk that means something to the framing (PROTOCOLS 1.1). */
import { END, ESCAPE, START } from "./frame.ts";

/** Runs up to here are faster looked through byte by byte than by a native search (`uart-decode-64B`, `uart-decode-4KiB`). */
export const NEAR_BYTES = 96;

/** Where the chunk has its next END, START and ESCAPE: each is searched for again only when it has been passed. */
export class SpecialSearch {
  #end = -1;
  #start = -1;
  #escape = -1;

  /** To be called for every chunk. */
  restart(): void {
    this.#end = this.#start = this.#escape = -1;
  }

  /** May also stop at a raw FB to FD, which is data; `to` where there is nothing before it. */
  find(chunk: Uint8Array, from: number, to: number): number {
    const near = Math.min(to, from + NEAR_BYTES);
    let at = from;
    while (at < near && chunk[at]! < ESCAPE) at++;
    return at < near || near === to ? at : this.findFar(chunk, at, to);
  }

  findFar(chunk: Uint8Array, from: number, to: number): number {
    if (this.#start < from) this.#start = indexOrLength(chunk, START, from);
    if (this.#escape < from) this.#escape = indexOrLength(chunk, ESCAPE, from);
    return Math.min(to, this.findEnd(chunk, from), this.#start, this.#escape);
  }

  /** The chunk's length where it has no END. */
  findEnd(chunk: Uint8Array, from: number): number {
    if (this.#end < from) this.#end = indexOrLength(chunk, END, from);
    return this.#end;
  }
}

function indexOrLength(chunk: Uint8Array, byte: number, from: number): number {
  const index = chunk.indexOf(byte, from);
  return index < 0 ? chunk.length : index;
}

/** Native searches are thirty times slower in a plain Uint8Array. */
export function asBuffer(chunk: Uint8Array): Buffer {
  return chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

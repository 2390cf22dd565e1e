/** Text that a module prints between frames, put together line by line (PROTOCOLS 1.1). */

const LF = 0x0a;
const MAX_LINE_BYTES = 256;

/** A line ends at LF, at a START, or at 256 bytes; empty ones are left out. */
export class NoiseLines {
  readonly #emit: (line: string) => void;
  readonly #line = Buffer.alloc(MAX_LINE_BYTES);
  #length = 0;

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  add(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (byte !== LF) this.#line[this.#length++] = byte;
      if (byte === LF || this.#length === MAX_LINE_BYTES) this.flush();
    }
  }

  flush(): void {
    if (this.#length === 0) return;
    const line = this.#line.toString("utf8", 0, this.#length).replace(/\r$/, "");
    this.#length = 0;
    if (line !== "") this.#emit(line);
  }
}

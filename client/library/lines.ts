/** The lines of a stream of bytes; of one that is too long nothing is kept. */

const MAX_CHARACTERS = 1024 * 1024;

export class Lines {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #isSkipping = false;

  /** The lines that a chunk completes. */
  receive(chunk: Uint8Array): string[] {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split("\n");
    this.#rest = lines.pop()!;
    if (this.#isSkipping && lines.length > 0) {
      lines.shift();
      this.#isSkipping = false;
    }
    if (this.#isSkipping || this.#rest.length > MAX_CHARACTERS) {
      this.#isSkipping = true;
      this.#rest = "";
    }
    return lines.filter((line) => line !== "");
  }
}

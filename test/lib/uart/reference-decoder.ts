/** The framing rules once more, one byte at a time and with no thought of speed: what the real decoder is compared with. */
import { crc16 } from "../../../lib/uart/crc.ts";
import { END, ESCAPE, START } from "../../../lib/uart/frame.ts";
import type { DropReason, FrameDecoderOptions, FrameSink } from "../../../lib/uart/frame-decoder.ts";

const LF = 0x0a;

export class ReferenceDecoder {
  readonly #sink: FrameSink;
  readonly #crc: boolean;
  readonly #limit: number;
  #state: "outside" | "inside" | "escaped" | "skipping" = "outside";
  #body: number[] = [];
  #line: number[] = [];
  #start = 0;
  #offset = 0;

  constructor(sink: FrameSink, options: FrameDecoderOptions = {}) {
    this.#sink = sink;
    this.#crc = options.crc ?? false;
    this.#limit = (options.maxPayloadBytes ?? 4096) + (this.#crc ? 2 : 0);
  }

  receive(chunk: Uint8Array): void {
    for (const byte of chunk) {
      this.#step(byte);
      this.#offset++;
    }
  }

  #step(byte: number): void {
    if (byte === START) this.#begin();
    else if (this.#state === "inside") this.#inside(byte);
    else if (this.#state === "escaped") this.#escaped(byte);
    else if (this.#state === "outside") this.#noise(byte);
    else if (byte === END) this.#state = "outside";
  }

  #begin(): void {
    if (this.#state === "inside") this.#drop("restarted", "outside");
    if (this.#state === "escaped") this.#drop("truncated-escape", "outside");
    this.#flushLine();
    this.#body = [];
    this.#start = this.#offset;
    this.#state = "inside";
  }

  #inside(byte: number): void {
    if (byte === END) this.#finish();
    else if (byte === ESCAPE) this.#state = "escaped";
    else this.#collect(byte);
  }

  #escaped(byte: number): void {
    const plain = byte ^ ESCAPE;
    this.#state = "inside";
    if (plain >= ESCAPE) this.#collect(plain);
    else if (byte === END) this.#drop("truncated-escape", "outside");
    else this.#drop("bad-escape", "skipping");
  }

  #collect(byte: number): void {
    if (this.#body.length === this.#limit) this.#drop("overflow", "skipping");
    else this.#body.push(byte);
  }

  #finish(): void {
    const body = Buffer.from(this.#body);
    const end = this.#crc ? body.length - 2 : body.length;
    this.#state = "outside";
    if (body.length === 0) this.#drop("empty", "outside");
    else if (this.#crc && (end < 0 || crc16(body, 0, end) !== body.readUInt16BE(end))) this.#drop("crc", "outside");
    else if (end === 0) this.#drop("empty", "outside");
    else this.#sink.frame(body.subarray(0, end));
  }

  #drop(reason: DropReason, next: "outside" | "skipping"): void {
    this.#state = next;
    this.#sink.dropped(reason, this.#start, Buffer.from(this.#body.slice(0, 16)));
  }

  #noise(byte: number): void {
    if (byte !== LF) this.#line.push(byte);
    if (byte === LF || this.#line.length === 256) this.#flushLine();
  }

  #flushLine(): void {
    const line = Buffer.from(this.#line).toString().replace(/\r$/, "");
    this.#line = [];
    if (line !== "") this.#sink.noise(line);
  }
}

/** Finds frames in a stream of bytes, however it is cut into chunks (PROTOCOLS 1.1). */
import { crc16 } from "./crc.ts";
import { CRC_BYTES, END, ESCAPE, type FrameOptions, START } from "./frame.ts";

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
const MAX_LINE_BYTES = 256;
const HEAD_BYTES = 16;
const LF = 0x0a;

type State = "outside" | "inside" | "escaped" | "skipping";

export class FrameDecoder {
  readonly counts: FrameCounts = {
    frames: 0,
    noiseBytes: 0,
    dropped: { restarted: 0, "bad-escape": 0, "truncated-escape": 0, overflow: 0, empty: 0, crc: 0 },
  };
  readonly #sink: FrameSink;
  readonly #crc: boolean;
  readonly #limit: number;
  #state: State = "outside";
  #body: number[] = [];
  #line: number[] = [];
  #start = 0;
  #offset = 0;

  constructor(sink: FrameSink, options: FrameDecoderOptions = {}) {
    this.#sink = sink;
    this.#crc = options.crc ?? false;
    this.#limit = (options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES) + (this.#crc ? CRC_BYTES : 0);
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
    if (this.#state === "inside") this.#drop("restarted");
    if (this.#state === "escaped") this.#drop("truncated-escape");
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
    else this.#drop(byte === END ? "truncated-escape" : "bad-escape", byte === END ? "outside" : "skipping");
  }

  #collect(byte: number): void {
    if (this.#body.length === this.#limit) this.#drop("overflow", "skipping");
    else this.#body.push(byte);
  }

  #finish(): void {
    const body = Buffer.from(this.#body);
    const end = this.#crc ? body.length - CRC_BYTES : body.length;
    if (body.length === 0) this.#drop("empty");
    else if (end < 0 || (this.#crc && crc16(body, 0, end) !== body.readUInt16BE(end))) this.#drop("crc");
    else if (end === 0) this.#drop("empty");
    else {
      this.counts.frames++;
      this.#sink.frame(body.subarray(0, end));
    }
    this.#state = "outside";
  }

  #drop(reason: DropReason, next: State = "outside"): void {
    this.#state = next;
    this.counts.dropped[reason]++;
    this.#sink.dropped(reason, this.#start, Buffer.from(this.#body.slice(0, HEAD_BYTES)));
  }

  #noise(byte: number): void {
    this.counts.noiseBytes++;
    if (byte !== LF) this.#line.push(byte);
    if (byte === LF || this.#line.length === MAX_LINE_BYTES) this.#flushLine();
  }

  #flushLine(): void {
    const line = Buffer.from(this.#line).toString().replace(/\r$/, "");
    this.#line = [];
    if (line !== "") this.#sink.noise(line);
  }
}

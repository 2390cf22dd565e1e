/** What a frame decoder tells: frames, drops by reason, noise; and how it counts them (PROTOCOLS 1.1). */
import { CRC_BYTES } from "./crc.ts";
import type { FrameOptions } from "./frame.ts";

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
  /** 4096 where not given. */
  readonly maxPayloadBytes?: number;
  /**
   * Nobody writes into a chunk after it was received: then a payload that fills a sixteenth of its chunk's memory, or
   * more, may be a view of it instead of a copy (`uart-decode-4KiB`).
   */
  readonly views?: boolean;
}

export interface FrameCounts {
  frames: number;
  noiseBytes: number;
  readonly dropped: Record<DropReason, number>;
}

export function zeroCounts(): FrameCounts {
  const dropped = { restarted: 0, "bad-escape": 0, "truncated-escape": 0, overflow: 0, empty: 0, crc: 0 };
  return { frames: 0, noiseBytes: 0, dropped };
}

const DEFAULT_MAX_PAYLOAD_BYTES = 4096;

/** The most that may stand unescaped between START and END. */
export function bodyLimit({ maxPayloadBytes = DEFAULT_MAX_PAYLOAD_BYTES, crc }: FrameDecoderOptions): number {
  if (!Number.isSafeInteger(maxPayloadBytes) || maxPayloadBytes < 1) {
    throw new RangeError(`"maxPayloadBytes" must be 1 or more, got ${maxPayloadBytes}`);
  }
  return maxPayloadBytes + (crc ? CRC_BYTES : 0);
}

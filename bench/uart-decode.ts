/** How fast frames are found: long chunks, random bytes, chunks as a UART delivers them, long frames. Payload MB/s. */

import { END, ESCAPE, START } from "../lib/uart/frame.ts";
import { FrameDecoder, type FrameDecoderOptions } from "../lib/uart/frame-decoder.ts";
import { interleave, type Row, row } from "./support/rows.ts";
import {
  cut,
  ended,
  frameStream,
  LONG_CHUNK,
  randomPayloads,
  rate,
  rateOnce,
  SlipDecoder,
  serialportStream,
  slip,
  slipStream,
  textPayloads,
} from "./support/uart-streams.ts";

const ROUNDS = 7;
const SERIALPORT = "@serialport/parser-slip-encoder";

export default async function bench(): Promise<Row[]> {
  return [...(await longChunks()), ...(await randomBytes()), ...(await shortChunks()), ...(await longFrames())];
}

async function longChunks(): Promise<Row[]> {
  const bodies = textPayloads(4096, 64);
  const frames = frameStream(bodies);
  const few = bodies.slice(0, 512);
  const fewChunks = cut(await serialportStream(few), LONG_CHUNK);
  const { ours, slip, serialport, native } = await interleave(
    {
      ours: () => rate(bodies, decodeWithOurs(cut(frames, LONG_CHUNK))),
      slip: () => rate(bodies, decodeWithSlip(cut(slipStream(bodies), LONG_CHUNK))),
      serialport: () => rateOnce(few, () => decodeWithSerialport(fewChunks)),
      native: () => rate(bodies, searchTwice(frames)),
    },
    ROUNDS,
  );
  return [
    row("uart-decode-64B", ours, "slip", slip, 2.5),
    row("uart-decode-64B", ours, SERIALPORT, serialport, 50),
    row("uart-decode-64B", ours, "two indexOf per frame", native, 0.15),
  ];
}

async function randomBytes(): Promise<Row[]> {
  const bodies = randomPayloads(4096, 64);
  const frames = frameStream(bodies);
  const { ours, slip, loop } = await interleave(
    {
      ours: () => rate(bodies, decodeWithOurs(cut(frames, LONG_CHUNK))),
      slip: () => rate(bodies, decodeWithSlip(cut(slipStream(bodies), LONG_CHUNK))),
      loop: () => rate(bodies, countInLoop(frames)),
    },
    ROUNDS,
  );
  return [row("uart-decode-random", ours, "slip", slip, 2), row("uart-decode-random", ours, "byte loop", loop, 0.35)];
}

async function shortChunks(): Promise<Row[]> {
  const bodies = textPayloads(4096, 64);
  const { ours, slip } = await interleave(
    {
      ours: () => rate(bodies, decodeWithOurs(cut(frameStream(bodies), 16))),
      slip: () => rate(bodies, decodeWithSlip(cut(slipStream(bodies), 16))),
    },
    ROUNDS,
  );
  return [row("uart-decode-16B-chunks", ours, "slip", slip, 1.25)];
}

/** Payloads as views of their chunk, and, as by default, copied. */
async function longFrames(): Promise<Row[]> {
  const bodies = textPayloads(256, 4096);
  const frames = frameStream(bodies);
  const { ours, copied, slip, native } = await interleave(
    {
      ours: () => rate(bodies, decodeWithOurs(cut(frames, LONG_CHUNK), { views: true })),
      copied: () => rate(bodies, decodeWithOurs(cut(frames, LONG_CHUNK))),
      slip: () => rate(bodies, decodeWithSlip(cut(slipStream(bodies), LONG_CHUNK))),
      native: () => rate(bodies, searchOnce(frames)),
    },
    ROUNDS,
  );
  return [
    row("uart-decode-4KiB", ours, "slip", slip, 10),
    row("uart-decode-4KiB", ours, "one indexOf pass", native, 0.12),
    row("uart-decode-4KiB-copied", copied, "slip", slip, 10),
  ];
}

function decodeWithOurs(chunks: readonly Buffer[], options?: FrameDecoderOptions): () => number {
  let frames = 0;
  const decoder = new FrameDecoder({ frame: () => void frames++, dropped() {}, noise() {} }, options);
  return () => {
    frames = 0;
    for (const chunk of chunks) decoder.receive(chunk);
    return frames;
  };
}

function decodeWithSlip(chunks: readonly Buffer[]): () => number {
  let frames = 0;
  const decoder = new slip.Decoder(() => void frames++);
  return () => {
    frames = 0;
    for (const chunk of chunks) decoder.decode(chunk);
    return frames;
  };
}

async function decodeWithSerialport(chunks: readonly Buffer[]): Promise<number> {
  let frames = 0;
  const decoder = new SlipDecoder();
  decoder.on("data", () => void frames++);
  for (const chunk of chunks) decoder.write(chunk);
  await ended(decoder);
  return frames;
}

function searchTwice(stream: Buffer): () => number {
  return () => {
    let frames = 0;
    for (let at = 0; at >= 0; frames++) {
      const end = stream.indexOf(END, at);
      at = stream.indexOf(START, end);
    }
    return frames;
  };
}

function searchOnce(stream: Buffer): () => number {
  return () => {
    let frames = 0;
    for (let at = stream.indexOf(END); at >= 0; at = stream.indexOf(END, at + 1)) frames++;
    return frames;
  };
}

function countInLoop(stream: Buffer): () => number {
  return () => {
    let frames = 0;
    for (let at = 0; at < stream.length; at++) {
      const byte = stream[at]!;
      if (byte >= ESCAPE && byte === END) frames++;
    }
    return frames;
  };
}

/** Streams of frames for the uart rows, and the rate at which something goes through one. */
import { createRequire } from "node:module";
import { encodeFrame } from "../../lib/uart/frame.ts";

interface Slip {
  encode(data: Uint8Array): Uint8Array;
  Decoder: new (onMessage: (message: Uint8Array) => void) => { decode(chunk: Uint8Array): void };
}

const requirePeer = createRequire(new URL("../package.json", import.meta.url));
export const slip = requirePeer("slip") as Slip;
export const { SlipEncoder, SlipDecoder } = requirePeer("@serialport/parser-slip-encoder") as {
  SlipEncoder: new () => NodeJS.ReadWriteStream;
  SlipDecoder: new () => NodeJS.ReadWriteStream;
};

const LEAST_MS = 60;

export const LONG_CHUNK = 65_536;

/** Printable text, as most payloads of the field are. */
export function textPayloads(count: number, bytes: number): Buffer[] {
  return payloads(count, bytes, (random) => 0x20 + (random % 95));
}

export function randomPayloads(count: number, bytes: number): Buffer[] {
  return payloads(count, bytes, (random) => random & 0xff);
}

/** The same at every run. */
function payloads(count: number, bytes: number, choose: (random: number) => number): Buffer[] {
  let state = 0x9e3779b9;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return choose((state >>> 8) & 0xffff);
  };
  return Array.from({ length: count }, () => Buffer.from(Uint8Array.from({ length: bytes }, next)));
}

export function frameStream(bodies: readonly Uint8Array[]): Buffer {
  return Buffer.concat(bodies.map((body) => encodeFrame(body)));
}

export function slipStream(bodies: readonly Uint8Array[]): Buffer {
  return Buffer.concat(bodies.map((body) => slip.encode(body)));
}

/** Written by the encoder that belongs to the peer. */
export async function serialportStream(bodies: readonly Uint8Array[]): Promise<Buffer> {
  const encoder = new SlipEncoder();
  const parts: Buffer[] = [];
  encoder.on("data", (part: Buffer) => parts.push(part));
  for (const body of bodies) encoder.write(body);
  await ended(encoder);
  return Buffer.concat(parts);
}

export function ended(stream: NodeJS.ReadWriteStream): Promise<void> {
  return new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject).end());
}

/** Chunks with memory of their own, as a driver hands them out. */
export function cut(stream: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
    Buffer.from(stream.subarray(index * size, (index + 1) * size)),
  );
}

/** Payload megabytes per second: the stream goes through again and again until the clock can be trusted. */
export function rate(bodies: readonly Uint8Array[], pass: () => number): number {
  const begin = performance.now();
  let passes = 0;
  let elapsed = 0;
  for (; elapsed < LEAST_MS; passes++) {
    check(pass(), bodies.length);
    elapsed = performance.now() - begin;
  }
  return megabytesPerSecond(bodies, passes, elapsed);
}

/** As `rate`, of a peer that answers later; one pass is enough for it. */
export async function rateOnce(bodies: readonly Uint8Array[], pass: () => Promise<number>): Promise<number> {
  const begin = performance.now();
  check(await pass(), bodies.length);
  return megabytesPerSecond(bodies, 1, performance.now() - begin);
}

function check(found: number, expected: number): void {
  if (found !== expected) throw new Error(`${found} frames came out of ${expected}`);
}

function megabytesPerSecond(bodies: readonly Uint8Array[], passes: number, elapsedMs: number): number {
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  return (bytes * passes) / 1e6 / (elapsedMs / 1e3);
}

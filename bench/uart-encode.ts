/** How fast payloads become frames, with and without bytes to escape. Payload MB/s. */
import { encodeFrame } from "../lib/uart/frame.ts";
import { interleave, type Row, row } from "./support/rows.ts";
import { randomPayloads, rate, slip, textPayloads } from "./support/uart-streams.ts";

const ROUNDS = 7;
const COUNT = 4096;
const BYTES = 64;

export default async function bench(): Promise<Row[]> {
  return [
    await compare("uart-encode-64B", textPayloads(COUNT, BYTES)),
    await compare("uart-encode-random", randomPayloads(COUNT, BYTES)),
  ];
}

async function compare(name: string, bodies: readonly Buffer[]): Promise<Row> {
  const { ours, theirs } = await interleave(
    {
      ours: () => rate(bodies, () => encodeAll(bodies, (body) => encodeFrame(body))),
      theirs: () => rate(bodies, () => encodeAll(bodies, (body) => slip.encode(body))),
    },
    ROUNDS,
  );
  return row(name, ours, "slip", theirs, 3);
}

function encodeAll(bodies: readonly Buffer[], encode: (body: Buffer) => Uint8Array): number {
  let frames = 0;
  for (const body of bodies) {
    if (encode(body).length > body.length) frames++;
  }
  return frames;
}

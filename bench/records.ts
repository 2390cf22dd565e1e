/**
 * How fast a record becomes its discrete messages, each the JSON text of one element as bytes. Records per CPU second.
 * Speeds are 400 different ones, directions 48: a board measures the same values again and again.
 */
import type { RecordSchema } from "../lib/records/schema.ts";
import { RejectedRecord } from "../lib/records/split.ts";
import { RecordSplitter } from "../lib/records/splitter.ts";
import { interleave, type Row, row } from "./support/rows.ts";

const ROUNDS = 9;
const COUNT = 4096;
const PASSES = 12;

const WIND: RecordSchema = {
  tag: "WINDSTAT",
  fields: [
    { kind: "number", name: "Speed" },
    { kind: "table", name: "Status", table: { 32: "Calm", 33: "OK", 34: "Gust" } },
    { kind: "compass", name: "Direction", scale: 7.5 },
  ],
};

const POINTS = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW".split(" ");

/** Of the same record, what has been split already: the peer has only to write it. */
interface Ready {
  readonly speed: string;
  readonly status: string;
  readonly direction: string;
}

export default async function bench(): Promise<Row[]> {
  const records = Array.from({ length: COUNT }, (_, index) =>
    Buffer.from(`"WINDSTAT",${(index % 400) / 10},${32 + (index % 3)},${index % 48}`),
  );
  const ready = Array.from({ length: COUNT }, (_, index) => ({
    speed: String((index % 400) / 10),
    status: ["Calm", "OK", "Gust"][index % 3]!,
    direction: POINTS[Math.round((index % 48) / 3) % 16]!,
  }));
  const splitter = new RecordSplitter([WIND], { header: "Header" });
  const { ours, theirs } = await interleave(
    {
      ours: () => rate(() => records.reduce((bytes, record) => bytes + split(splitter, record), 0)),
      theirs: () => rate(() => ready.reduce((bytes, one) => bytes + stringify(one), 0)),
    },
    ROUNDS,
  );
  return [row("record-4-elements", ours, "4 JSON.stringify + Buffer, split before", theirs, 1.4)];
}

function rate(pass: () => number): number {
  const before = process.cpuUsage();
  for (let count = 0; count < PASSES; count++) if (pass() === 0) throw new Error("nothing was written");
  const { user, system } = process.cpuUsage(before);
  return (COUNT * PASSES) / ((user + system) / 1e6);
}

function split(splitter: RecordSplitter, record: Buffer): number {
  const outcome = splitter.splitToBytes(record);
  if (outcome instanceof RejectedRecord || outcome instanceof Promise) throw new Error("the record was not split");
  return lengthOf(outcome.values as Uint8Array[]);
}

function stringify({ speed, status, direction }: Ready): number {
  return lengthOf([
    Buffer.from(JSON.stringify({ Element: "Header", Data: "WINDSTAT" })),
    Buffer.from(JSON.stringify({ Element: "Speed", Data: speed })),
    Buffer.from(JSON.stringify({ Element: "Status", Data: status })),
    Buffer.from(JSON.stringify({ Element: "Direction", Data: direction })),
  ]);
}

function lengthOf(messages: readonly Uint8Array[]): number {
  return messages.reduce((sum, { length }) => sum + length, 0);
}

/** Records as no board should send them, one kind for each reason why a splitter rejects one. */
import type { Random } from "./random.ts";

export const BAD_RECORDS = {
  "unknown-tag": '"NOISESTAT",1,2,3',
  "too-few-fields": '"WINDSTAT",2,33',
  "too-many-fields": '"WINDSTAT",2,33,44,55',
  "unknown-code": '"WINDSTAT",2,99,44',
  "not-a-number": '"WINDSTAT",NAN,33,44',
  "unclosed-quote": '"WINDSTAT",2,33,"44',
  "too-long": `"MESSAGE",${"all work and no play ".repeat(110)}`,
  binary: Buffer.of(0x22, 0x57, 0x00, 0xff, 0x13, 0x2c, 0x9c),
  empty: "\r\n",
} as const satisfies Record<string, string | Buffer>;

export type BadRecord = keyof typeof BAD_RECORDS;

const NAMES = Object.keys(BAD_RECORDS) as BadRecord[];

export function isBadRecord(name: unknown): name is BadRecord {
  return typeof name === "string" && Object.hasOwn(BAD_RECORDS, name);
}

export function badRecord(random: Random, name: BadRecord = NAMES[random.below(NAMES.length)]!): Buffer {
  return Buffer.from(BAD_RECORDS[name] as string);
}

/** Each kind of field: what a record's fields become, and what is rejected. */
import should from "should";
import type { RecordField } from "../../../lib/records/schema.ts";
import { RejectedRecord, type Split } from "../../../lib/records/split.ts";
import { RecordSplitter } from "../../../lib/records/splitter.ts";

interface Row {
  readonly field: RecordField;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly rejects?: Readonly<Record<string, string>>;
}

const TABLE: readonly Row[] = [
  {
    field: { kind: "number", name: "X" },
    values: { 2: 2, "-0.5": -0.5, 1e3: 1000 },
    rejects: { "": "not-a-number", x: "not-a-number", NAN: "not-a-number" },
  },
  { field: { kind: "number", name: "X", scale: 0.1, offset: -40, decimals: 1 }, values: { 655: 25.5, 0: -40 } },
  {
    field: { kind: "text", name: "X" },
    values: { abc: "abc", "": "", " 1 ": "1", '" 1 "': " 1 ", '"a ""b"""': 'a "b"' },
  },
  {
    field: { kind: "table", name: "X", table: { 33: "OK", A: "Armed" } },
    values: { 33: "OK", "033": "OK", "33.0": "OK", A: "Armed" },
    rejects: { 34: "unknown-code", a: "unknown-code", "": "unknown-code", toString: "unknown-code" },
  },
  {
    field: { kind: "table", name: "X", table: { 33: "OK" }, default: "code {code}" },
    values: { 33: "OK", 34: "code 34", "$&": "code $&" },
  },
  {
    field: { kind: "compass", name: "X", scale: 7.5 },
    values: { 44: "NNW", 0: "N", 47: "N", 12: "E" },
    rejects: { N: "not-a-number" },
  },
  {
    field: { kind: "duration", name: "X" },
    values: { 0: "00:00:00", 59.9: "00:00:59", 3661: "01:01:01", 90061: "25:01:01", 8640000: "2400:00:00" },
    rejects: { "-1": "not-a-number", "1:00": "not-a-number" },
  },
  {
    field: { kind: "duration", name: "X", parts: ["days", "hours", "minutes"] },
    values: { "1,1,1": "25:01:00", "0,0,90": "01:30:00" },
    rejects: { "1,x,1": "not-a-number" },
  },
  {
    field: { kind: "hex", name: "X" },
    values: { "28ff641e": "28 FF 64 1E", abc: "A BC", 0: "0" },
    rejects: { "0x1": "not-a-number", g: "not-a-number", "": "not-a-number" },
  },
  {
    field: { kind: "hex", name: "X", radix: 10, digits: 4, group: 0 },
    values: { 255: "00FF", 65536: "10000", "18446744073709551615": "FFFFFFFFFFFFFFFF" },
    rejects: { "-1": "not-a-number", ff: "not-a-number" },
  },
  {
    field: { kind: "hex", name: "X", inputs: 3, digits: 2, separator: "-" },
    values: { "1,ff,a0": "01-FF-A0" },
    rejects: { "1,zz,a0": "not-a-number" },
  },
  {
    field: { kind: "combined", name: "X" },
    values: {
      "3,25,-": -3.25,
      "3,25,+": 3.25,
      "3,25,": 3.25,
      "0,25,-": -0.25,
      "-0,25,": -0.25,
      "-3,25,-": -3.25,
      "0,0,-": 0,
    },
    rejects: { "x,25,-": "not-a-number", "3,2.5,-": "not-a-number", "3,,-": "not-a-number", "3,25,?": "unknown-code" },
  },
  {
    field: { kind: "combined", name: "X", parts: ["sign", "whole", "fraction"], digits: 2, negative: "1" },
    values: { "1,0,5": -0.05, "0,21,50": 21.5, "1,7,125": -7.125 },
  },
  { field: { kind: "combined", name: "X", parts: ["whole"] }, values: { "-7": -7 } },
  { field: { kind: "combined", name: "X", parts: ["whole", "sign"] }, values: { "7,-": -7 } },
  {
    field: { kind: "rest", name: "X" },
    values: { "Pump on, all well": "Pump on, all well", '"a ""b"", c"': 'a "b", c' },
  },
];

function split(field: RecordField, fields: string): Split | RejectedRecord {
  return new RecordSplitter([{ tag: "T", fields: [field] }]).split(`T,${fields}`) as Split | RejectedRecord;
}

function elements(field: RecordField, fields: string): string[] {
  const outcome = new RecordSplitter([{ tag: "T", fields: [field] }]).splitToBytes(`T,${fields}`) as Split;
  return outcome.values.map(String);
}

describe("fields of a record", () => {
  for (const { field, values = {}, rejects = {} } of TABLE) {
    describe(JSON.stringify(field), () => {
      for (const [fields, value] of Object.entries(values)) {
        it(`reads ${fields} as ${JSON.stringify(value)}`, () => {
          should(split(field, fields)).have.property("values").deepEqual([value]);
        });

        it(`writes ${fields} as the element of ${JSON.stringify(value)}`, () => {
          should(elements(field, fields)).deepEqual([JSON.stringify({ Element: "X", Data: String(value) })]);
        });
      }

      for (const [fields, reason] of Object.entries(rejects)) {
        it(`rejects ${JSON.stringify(fields)}: ${reason}`, () => {
          const rejected = split(field, fields);
          should(rejected).be.instanceof(RejectedRecord);
          should(rejected).have.properties({ reason, tag: "T", field: "X" });
        });
      }
    });
  }

  it("quote little of a long text that is wrong", () => {
    const rejected = split({ kind: "number", name: "X" }, "x".repeat(1000)) as RejectedRecord;
    should(rejected.detail.length).be.below(80);
  });
});

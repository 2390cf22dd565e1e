/** The text of a record as it came. */
import fc from "fast-check";
import should from "should";
import { textOfRecord } from "../../../lib/records/record-text.ts";
import { RejectedRecord } from "../../../lib/records/split.ts";

const LIMIT = 64;

const TABLE = [
  { record: "A,1\r\n", text: "A,1" },
  { record: Buffer.from("A,1\0"), text: "A,1" },
  { record: Buffer.from("A,°C\n\0"), text: "A,°C" },
  { record: new Uint8Array([0x41, 0x2c, 0x31]), text: "A,1" },
  { record: Buffer.from("A,two\r\nlines\tB"), text: "A,two\r\nlines\tB" },
  { record: "x".repeat(LIMIT), text: "x".repeat(LIMIT) },
];

const REJECTED = [
  { record: "", reason: "empty" },
  { record: Buffer.from("\r\n"), reason: "empty" },
  { record: Buffer.of(0, 0, 0), reason: "empty" },
  { record: "x".repeat(LIMIT + 1), reason: "too-long" },
  { record: "°".repeat(LIMIT / 2 + 1), reason: "too-long" },
  { record: Buffer.alloc(LIMIT + 1, 0x41), reason: "too-long" },
  { record: Buffer.of(0x41, 0xff, 0xfe), reason: "binary" },
  { record: Buffer.of(0x41, 0, 0x41), reason: "binary" },
  { record: "A\u0001", reason: "binary" },
  { record: Buffer.from("A\u007f"), reason: "binary" },
];

describe("record text", () => {
  for (const { record, text } of TABLE) {
    it(`is ${JSON.stringify(text)} of ${show(record)}`, () => {
      should(textOfRecord(record, LIMIT)).equal(text);
    });
  }

  for (const { record, reason } of REJECTED) {
    it(`is not there for ${show(record)}: ${reason}`, () => {
      const rejected = textOfRecord(record, LIMIT);
      should(rejected).be.instanceof(RejectedRecord);
      should(rejected).have.property("reason", reason);
    });
  }

  it("is the same of a text and of its bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40, size: "max" }), (text) => {
        fc.pre(!text.includes("\ufffd"));
        should(textOfRecord(Buffer.from(text), LIMIT)).deepEqual(textOfRecord(text, LIMIT));
      }),
      { numRuns: 1000 },
    );
  });
});

function show(record: string | Uint8Array): string {
  if (typeof record === "string") return JSON.stringify(record);
  return record.length > 20 ? `${record.length} bytes` : `bytes ${Buffer.from(record).toString("hex")}`;
}

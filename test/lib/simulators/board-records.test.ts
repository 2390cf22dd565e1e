/** Records of a simulated controller: the shipped schemas split every one of them, and reject the bad ones for what they are. */
import { readFileSync } from "node:fs";
import should from "should";
import type { RecordSchema } from "../../../lib/records/schema.ts";
import { RejectedRecord, type Split } from "../../../lib/records/split.ts";
import { RecordSplitter } from "../../../lib/records/splitter.ts";
import { BAD_RECORDS, badRecord, isBadRecord } from "../../../lib/simulators/bad-records.ts";
import { BoardRecords } from "../../../lib/simulators/board-records.ts";
import { Random } from "../../../lib/simulators/random.ts";

const schemas = JSON.parse(readFileSync("resources/solar-controller.json", "utf8")) as RecordSchema[];
const splitter = new RecordSplitter(schemas, { prepare: () => async () => 0 });

describe("simulated board records", () => {
  it("are all split by the shipped schemas, over two days of its clock", async () => {
    const records = new BoardRecords(new Random(1));
    const seen = new Set<string>();
    for (let second = 0; second < 1200; second += 0.25) {
      const record = records.next(second);
      const split = await splitter.split(record);
      if (split instanceof RejectedRecord) throw new Error(`${split.reason} ${split.detail}: ${record}`);
      seen.add(record.slice(1, record.indexOf('"', 1)));
      should(split.values.length).equal(split.columns.length);
    }
    should([...seen].sort()).deepEqual(schemas.map(({ tag }) => tag).sort());
  });

  it("hold sixteen sensors of eight fields, one of them broken", async () => {
    const records = new BoardRecords(new Random(2));
    const all = Array.from({ length: 30 }, () => records.next(60));
    const record = all.find((one) => one.startsWith('"TEMPSTAT"'))!;
    should(record.split(",")).have.length(1 + 16 * 8);
    const { columns, values } = (await splitter.split(record)) as Split;
    const read = (name: string) => values[columns.findIndex(({ type }) => type === name)];
    should(read("Temp_1")).be.a.Number();
    should(read("Sensor_1")).match(/^([0-9A-F]{4}-){3}[0-9A-F]{4}$/);
    should(read("Temp_16_State")).equal("Open");
  });

  it("are the same for the same seed", () => {
    const twice = [1, 1].map((seed) => {
      const records = new BoardRecords(new Random(seed));
      return Array.from({ length: 100 }, (_, index) => records.next(index));
    });
    should(twice[0]).deepEqual(twice[1]);
  });

  for (const reason of Object.keys(BAD_RECORDS).filter(isBadRecord)) {
    it(`can be bad: ${reason}`, () => {
      const rejected = splitter.split(badRecord(new Random(1), reason));
      should(rejected).be.instanceof(RejectedRecord);
      should(rejected).have.property("reason", reason);
    });
  }
});

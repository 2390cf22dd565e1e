/** Records split by their schemas. */
import fc from "fast-check";
import should from "should";
import type { PrepareExpression } from "../../../lib/records/compile.ts";
import type { RecordSchema } from "../../../lib/records/schema.ts";
import { RejectedRecord, type Split } from "../../../lib/records/split.ts";
import { RecordSplitter } from "../../../lib/records/splitter.ts";

const WIND: RecordSchema = {
  tag: "WINDSTAT",
  fields: [
    { kind: "number", name: "Speed", unit: "m/s" },
    { kind: "table", name: "Status", table: { 33: "OK" } },
    { kind: "compass", name: "Direction", scale: 7.5 },
  ],
};

const GROUPS: RecordSchema = {
  tag: "TEMP",
  fields: [
    { kind: "skip", inputs: 2 },
    {
      kind: "group",
      repeat: 16,
      fields: [
        { kind: "hex", name: "Id_{n}" },
        { kind: "combined", name: "T_{nn}" },
        { kind: "skip" },
        { kind: "number", name: "High_{n}" },
        { kind: "number", name: "Low_{n}" },
        { kind: "text", name: "State_{n}" },
      ],
    },
  ],
};

const MESSAGE: RecordSchema = {
  tag: "MESSAGE",
  fields: [
    { kind: "number", name: "Level" },
    { kind: "rest", name: "Message" },
  ],
};

function pairs(outcome: unknown): [string, unknown][] {
  should(outcome).not.be.instanceof(RejectedRecord);
  const { columns, values } = outcome as Split;
  return columns.map(({ type }, index) => [type, values[index]]);
}

describe("record splitter", () => {
  const splitter = new RecordSplitter([WIND, GROUPS, MESSAGE], { header: "Header" });

  const SAME = [
    '"WINDSTAT",2,33,44',
    "WINDSTAT,2,33,44",
    ' "WINDSTAT " , 2 , 33 ,44\r\n',
    '"WINDSTAT","2","33","44"',
    Buffer.from('"WINDSTAT",2,33,44\0'),
  ];
  for (const record of SAME) {
    it(`makes Header, Speed, Status and Direction of ${JSON.stringify(String(record))}`, () => {
      should(pairs(splitter.split(record))).deepEqual([
        ["Header", "WINDSTAT"],
        ["Speed", 2],
        ["Status", "OK"],
        ["Direction", "NNW"],
      ]);
      should((splitter.splitToBytes(record) as Split).values.map(String)).deepEqual([
        '{"Element":"Header","Data":"WINDSTAT"}',
        '{"Element":"Speed","Data":"2"}',
        '{"Element":"Status","Data":"OK"}',
        '{"Element":"Direction","Data":"NNW"}',
      ]);
    });
  }

  it("carries units along", () => {
    should((splitter.split('"WINDSTAT",2,33,44') as Split).columns[1]).deepEqual({ type: "Speed", unit: "m/s" });
  });

  it("repeats groups, with the number in the name", () => {
    const sensors = Array.from({ length: 16 }, (_, index) => `28ff,${index},5,-,x,${index + 1},-1,OK`);
    const found = new Map(pairs(splitter.split(`TEMP,a,b,${sensors.join(",")}`)));
    should(found.size).equal(1 + 16 * 5);
    should(found.get("T_01")).equal(-0.5);
    should(found.get("T_16")).equal(-15.5);
    should(found.get("High_16")).equal(16);
    should(found.get("Id_7")).equal("28 FF");
  });

  it("takes all that is left as one text", () => {
    const found = pairs(splitter.split('MESSAGE,3,Valve "A" open, pump on\n and well'));
    should(found).deepEqual([
      ["Header", "MESSAGE"],
      ["Level", 3],
      ["Message", 'Valve "A" open, pump on\n and well'],
    ]);
  });

  const REJECTED = [
    { record: "", reason: "empty" },
    { record: '"WINDSTAT', reason: "unclosed-quote" },
    { record: 'WINDSTAT,2,33,"44', reason: "unclosed-quote", tag: "WINDSTAT" },
    { record: "RAINSTAT,1", reason: "unknown-tag", tag: "RAINSTAT" },
    { record: "windstat,2,33,44", reason: "unknown-tag", tag: "windstat" },
    { record: "WINDSTAT", reason: "too-few-fields", tag: "WINDSTAT" },
    { record: "WINDSTAT,2,33", reason: "too-few-fields", tag: "WINDSTAT" },
    { record: "MESSAGE,3", reason: "too-few-fields", tag: "MESSAGE" },
    { record: "WINDSTAT,2,33,44,5", reason: "too-many-fields", tag: "WINDSTAT" },
    { record: "WINDSTAT,2,33,44,", reason: "too-many-fields", tag: "WINDSTAT" },
    { record: "WINDSTAT,2,99,44", reason: "unknown-code", tag: "WINDSTAT", field: "Status" },
    { record: "WINDSTAT,two,33,44", reason: "not-a-number", tag: "WINDSTAT", field: "Speed" },
    { record: `MESSAGE,1,${"x".repeat(2048)}`, reason: "too-long" },
    { record: Buffer.of(0x57, 0xff, 0x00, 0x12), reason: "binary" },
  ];
  for (const { record, ...named } of REJECTED) {
    it(`rejects ${JSON.stringify(String(record).slice(0, 24))}: ${named.reason}`, () => {
      for (const rejected of [splitter.split(record), splitter.splitToBytes(record)]) {
        should(rejected).be.instanceof(RejectedRecord);
        should(rejected).have.properties({ tag: undefined, field: undefined, ...named });
      }
    });
  }

  it("gives the values that were put in, and writes them as JSON would", () => {
    const codes = fc.constantFrom("33", "033");
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), codes, fc.nat(47), (speed, code, steps) => {
        const record = `WINDSTAT,${speed},${code},${steps}`;
        const [header, ...rest] = pairs(splitter.split(record));
        should(header).deepEqual(["Header", "WINDSTAT"]);
        should(rest.map(([, value]) => value).slice(0, 2)).deepEqual([speed + 0, "OK"]);
        const written = (splitter.splitToBytes(record) as Split).values.map((text) => JSON.parse(String(text)));
        should(written).deepEqual([header!, ...rest].map(([Element, value]) => ({ Element, Data: String(value) })));
      }),
    );
  });

  describe("with expressions", () => {
    const schema: RecordSchema = {
      tag: "AIR",
      fields: [
        { kind: "expression", name: "Twice", expression: "double A" },
        { kind: "number", name: "A" },
        { kind: "expression", name: "Again", expression: "double Twice" },
      ],
    };
    /** `double <name>` is the whole language. */
    const prepare: PrepareExpression = (expression) => {
      const [word, name] = expression.split(" ");
      if (word !== "double") throw new Error(`no word ${word}`);
      return async (values) => {
        if (values[name!] === 13) throw new Error("13 is not doubled");
        return values[name!] === 0 ? undefined : Number(values[name!]) * 2;
      };
    };
    const air = new RecordSplitter([schema], { prepare });

    it("gives what they make of the other values, in the schema's order", async () => {
      should(pairs(await air.split("AIR,4"))).deepEqual([
        ["Twice", 8],
        ["A", 4],
        ["Again", 16],
      ]);
      should(((await air.splitToBytes("AIR,4")) as Split).values.map(String)[0]).equal(
        '{"Element":"Twice","Data":"8"}',
      );
    });

    it("rejects a record whose expression fails or gives nothing", async () => {
      should(await air.split("AIR,13")).have.properties({
        reason: "expression",
        field: "Twice",
        detail: "13 is not doubled",
      });
      should(await air.split("AIR,0")).have.properties({ reason: "expression", field: "Twice" });
      should(await air.splitToBytes("AIR,x")).have.properties({ reason: "not-a-number", field: "A" });
    });

    it("names an expression that is none", () => {
      const wrong: RecordSchema = { tag: "AIR", fields: [{ kind: "expression", name: "B", expression: "half A" }] };
      (() => new RecordSplitter([wrong], { prepare })).should.throw(
        'record "AIR", field "B": "expression": no word half',
      );
      (() => new RecordSplitter([wrong])).should.throw(/nothing to evaluate/);
    });
  });
});

/** Objects as records. */
import should from "should";
import { splitObject } from "../../../lib/records/object-record.ts";
import { RejectedRecord } from "../../../lib/records/split.ts";

function deep(levels: number): unknown {
  return levels === 0 ? 1 : [deep(levels - 1)];
}

describe("object records", () => {
  const NAMES = [
    { name: "Speed", type: "Speed" },
    { name: "Field 1", type: "Field%201" },
    { name: "°C", type: "%C2%B0C" },
    { name: "50%", type: "50%25" },
    { name: "a/b#+", type: "a%2Fb%23%2B" },
  ];
  for (const { name, type } of NAMES) {
    it(`makes a reading of type ${type} of the field ${JSON.stringify(name)}`, () => {
      should(splitObject({ [name]: [1] })).deepEqual({ columns: [{ type }], values: [[1]] });
    });
  }

  it("leaves values as they are", () => {
    const value = { list: [1, { two: null }] };
    const split = splitObject({ a: value, b: null, c: "" });
    should(split instanceof RejectedRecord).be.false();
    should("values" in split && split.values[0]).equal(value);
    should("values" in split && split.values.slice(1)).deepEqual([null, ""]);
  });

  const REJECTED = [
    { what: "no field", record: {}, reason: "empty" },
    { what: "a field without a name", record: { "": 1 }, reason: "bad-name" },
    { what: "a name that is too long", record: { [`x${"°".repeat(11)}`]: 1 }, reason: "bad-name" },
    { what: "a step of a path for a name", record: { "..": 1 }, reason: "bad-name" },
    { what: "__proto__ deep within", record: { a: [JSON.parse('{"__proto__":1}')] }, reason: "forbidden-name" },
    { what: "a list too deep", record: { a: deep(32) }, reason: "too-deep" },
    {
      what: "too many fields",
      record: Object.fromEntries(Array.from({ length: 257 }, (_, n) => [`f${n}`, n])),
      reason: "too-many-fields",
    },
  ];
  for (const { what, record, reason } of REJECTED) {
    it(`rejects ${what}: ${reason}`, () => {
      const rejected = splitObject(record);
      should(rejected).be.instanceof(RejectedRecord);
      should(rejected).have.property("reason", reason);
    });
  }
});

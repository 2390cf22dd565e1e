/** JSON from outside: what passes, and what each wrong text is called. */
import fc from "fast-check";
import should from "should";
import {
  faultOf,
  isJsonObject,
  type JsonFault,
  MAX_DEPTH,
  readJson,
  readJsonObject,
} from "../../../lib/json/safe-json.ts";

/** A value that many levels deep. */
function nested(depth: number): string {
  return `${"[".repeat(depth)}${"]".repeat(depth)}`;
}

const REFUSED: readonly (readonly [string, JsonFault])[] = [
  ["", "malformed"],
  ["{", "malformed"],
  ["{'a':1}", "malformed"],
  ['{"a":1} {"b":2}', "malformed"],
  ['{"__proto__":{"admin":true}}', "forbidden-name"],
  ['{"a":[{"b":{"__proto__":1}}]}', "forbidden-name"],
  ['{"\\u005f_proto__":1}', "forbidden-name"],
  ['{"constructor":{"prototype":{}}}', "forbidden-name"],
  ['{"prototype":null}', "forbidden-name"],
  [nested(MAX_DEPTH + 1), "too-deep"],
  [nested(100_000), "too-deep"],
  [`${'{"a":'.repeat(MAX_DEPTH + 1)}1${"}".repeat(MAX_DEPTH + 1)}`, "too-deep"],
];

describe("JSON from outside", () => {
  for (const [text, fault] of REFUSED) {
    it(`is ${fault}: ${text.slice(0, 40)}`, () => {
      should(readJson(text)).deepEqual({ fault });
      should(readJsonObject(text)).deepEqual({ fault });
    });
  }

  for (const text of ["[]", "1", '"text"', "null", "true"]) {
    it(`is no object: ${text}`, () => {
      should(readJson(text)).deepEqual({ value: JSON.parse(text) });
      should(readJsonObject(text)).deepEqual({ fault: "not-object" });
    });
  }

  it("passes an object with odd names and as many levels as are allowed", () => {
    const text = `{"toString":1,"user":"x","":${nested(MAX_DEPTH - 1)}}`;
    should(readJsonObject(text)).deepEqual({ value: JSON.parse(text) });
  });

  it("takes bytes for a value", () => {
    should(faultOf({ image: Buffer.alloc(4) })).be.null();
    should(isJsonObject(Buffer.alloc(4))).be.false();
  });

  it("passes every value that JSON can hold, and never throws", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        should("value" in readJson(text) || /__proto__|constructor|prototype/.test(text)).be.true();
      }),
    );
    fc.assert(fc.property(fc.string({ maxLength: 2000, size: "max" }), (text) => void readJson(text)));
  });
});

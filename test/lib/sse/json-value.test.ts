/** JSON text of values, bytes included. */
import fc from "fast-check";
import should from "should";
import { jsonText } from "../../../lib/sse/json-value.ts";

describe("JSON of values", () => {
  const cases: readonly [string, unknown, string][] = [
    ["a number", 21.5, "21.5"],
    ["no number", Number.NaN, "null"],
    ["infinity", Number.POSITIVE_INFINITY, "null"],
    ["minus zero", -0, "0"],
    ["text", 'a "b"\n', '"a \\"b\\"\\n"'],
    ["a truth", true, "true"],
    ["nothing", null, "null"],
    ["what is undefined", undefined, "null"],
    ["bytes", Buffer.from([1, 2, 3]), '{"base64":"AQID"}'],
    ["plain bytes", new Uint8Array([255]), '{"base64":"/w=="}'],
    ["part of a buffer", new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4), '{"base64":"AQID"}'],
    ["bytes inside", { a: [Buffer.from("x")], n: 1 }, '{"a":[{"base64":"eA=="}],"n":1}'],
    ["a look-alike of a buffer", { type: "Buffer", data: [1] }, '{"type":"Buffer","data":[1]}'],
  ];
  for (const [title, value, text] of cases) {
    it(`writes ${title}`, () => jsonText(value).should.equal(text));
  }

  it("writes every JSON value as JSON.stringify does, in one line", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = jsonText(value);
        text.should.equal(JSON.stringify(value));
        text.should.not.match(/[\r\n]/);
      }),
    );
  });

  it("refuses a cycle", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    should(() => jsonText(cycle)).throw(TypeError);
  });
});

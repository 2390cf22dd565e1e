/** Copies of JSON values. */
import should from "should";
import { copyJson } from "../../../lib/json/copy.ts";

describe("copyJson", () => {
  it("gives an equal value that shares nothing which can be changed", () => {
    const value = { a: 1, b: [{ c: "x" }, [null, true]], d: { e: {} } };
    const copy = copyJson(value);
    should(copy).deepEqual(value);
    copy.b.push([]);
    (copy.b[0] as { c: string }).c = "y";
    (copy.d.e as Record<string, unknown>).f = 1;
    should(value).deepEqual({ a: 1, b: [{ c: "x" }, [null, true]], d: { e: {} } });
  });

  it("leaves plain values and bytes as they are", () => {
    const bytes = Buffer.of(1);
    for (const value of [1, "text", null, undefined, true]) should(copyJson(value)).equal(value);
    should(copyJson({ bytes }).bytes).equal(bytes);
  });
});

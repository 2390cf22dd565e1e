/** Sameness of values agrees with what JSON and bytes say. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import should from "should";
import { sameValue } from "../../../lib/store/same-value.ts";

const bytes = (...list: number[]) => Uint8Array.from(list);

describe("sameValue", () => {
  const same: [unknown, unknown][] = [
    [1, 1],
    [Number.NaN, Number.NaN],
    [
      { a: 1, b: [2, { c: 3 }] },
      { b: [2, { c: 3 }], a: 1 },
    ],
    [bytes(1, 2), Buffer.from([1, 2])],
    [null, null],
  ];
  const different: [unknown, unknown][] = [
    [1, "1"],
    [null, {}],
    [[], {}],
    [{ a: undefined }, { b: undefined }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [bytes(1), bytes(1, 2)],
    [bytes(1), [1]],
    [bytes(1), bytes(2)],
  ];
  for (const [a, b] of same) it(`finds ${JSON.stringify(a)} the same`, () => should(sameValue(a, b)).be.true());
  for (const [a, b] of different) {
    it(`tells ${JSON.stringify(a)} from ${JSON.stringify(b)}`, () => {
      should(sameValue(a, b)).be.false();
      should(sameValue(b, a)).be.false();
    });
  }

  it("agrees with Node's deep equality on JSON values", () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));
    const pair = fc.oneof(
      fc.tuple(json, json),
      json.map((value) => [value, structuredClone(value)] as const),
    );
    fc.assert(
      fc.property(pair, ([a, b]) => sameValue(a, b) === isDeepStrictEqual(a, b)),
      { numRuns: 500 },
    );
  });

  it("ends on a value that contains itself, and calls it different", () => {
    const a: unknown[] = [];
    const b: unknown[] = [];
    a.push(a);
    b.push(b);
    should(sameValue(a, b)).be.false();
  });
});

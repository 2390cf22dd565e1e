/** Sameness of values agrees with what JSON and bytes say. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import should from "should";
import { pictureOf, samePicture, sameValue } from "../../../lib/store/same-value.ts";

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

describe("samePicture", () => {
  const differ = (a: unknown, b: unknown) => !samePicture(pictureOf(a), pictureOf(b));

  it("compares what the store keeps, whatever the order of properties", () => {
    should(differ({ a: 1, b: [2] }, { b: [2], a: 1 })).be.false();
    should(differ(Buffer.from([200]), Uint8Array.of(200))).be.false();
    should(differ({ a: Buffer.from([1]) }, { a: Buffer.from([2]) })).be.true();
    for (const [a, b] of [
      [1, "1"],
      [Number.NaN, null],
      ["true", true],
      ['{"a":1}', { a: 1 }],
    ]) {
      should(differ(a, b)).be.true();
      should(differ(b, a)).be.true();
    }
  });

  it("does not follow an object that changes", () => {
    const value = { list: [1] };
    const before = pictureOf(value);
    should(samePicture(before, pictureOf(value))).be.true();
    value.list.push(2);
    should(samePicture(before, pictureOf(value))).be.false();
  });
});

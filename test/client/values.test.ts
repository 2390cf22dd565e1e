/** What a value is decides how it is shown. */
import should from "should";
import { bytesOf, fieldsOf, type Kind, kindOf, soleNumber } from "../../client/values.ts";

describe("kindOf", () => {
  const rows: [unknown, Kind][] = [
    [1, "number"],
    [false, "flag"],
    ["", "text"],
    [{ base64: "AA==" }, "bytes"],
    [{ base64: "AA==", more: 1 }, "fields"],
    [{ longitude: 1, latitude: 2, height: 3 }, "position"],
    [{ longitude: "1", latitude: 2 }, "fields"],
    [{}, "other"],
    [[1, 2], "other"],
    [null, "other"],
  ];
  for (const [value, kind] of rows)
    it(`takes ${JSON.stringify(value)} for ${kind}`, () => should(kindOf(value)).equal(kind));
});

describe("fieldsOf", () => {
  it("names nested fields by their path, and leaves lists and bytes whole", () => {
    const value = { a: { b: 1, c: { d: "x" } }, list: [1], raw: { base64: "AA==" } };
    should(fieldsOf(value)).deepEqual([
      ["a.b", 1],
      ["a.c.d", "x"],
      ["list", [1]],
      ["raw", { base64: "AA==" }],
    ]);
    should(fieldsOf(5)).deepEqual([]);
  });

  it("is bounded", () => {
    const value = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index]));
    should(fieldsOf(value).length).equal(64);
  });
});

describe("soleNumber", () => {
  it("is a number, or the number of an object that has no more", () => {
    should([5, { volt: 5 }].map(soleNumber)).deepEqual([
      { name: "", number: 5 },
      { name: "volt", number: 5 },
    ]);
    for (const value of ["5", null, [5], {}, { a: "5" }, { a: 5, b: 6 }]) should(soleNumber(value)).be.null();
  });
});

describe("bytesOf", () => {
  it("decodes base64, and takes what is none for no bytes", () => {
    should([...bytesOf({ base64: "AP8=" })]).deepEqual([0, 255]);
    should(bytesOf({ base64: "%%%" }).length).equal(0);
  });
});

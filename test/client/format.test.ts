/** Formatting is a table: value in, text out. */
import should from "should";
import {
  decimalsOf,
  formatAge,
  formatHex,
  formatNumber,
  formatTime,
  formatValue,
  hexRows,
} from "../../client/format.ts";

const base64 = (...bytes: number[]) => ({ base64: Buffer.from(bytes).toString("base64") });

describe("formatNumber", () => {
  const rows: [number, number | undefined, string][] = [
    [0, undefined, "0"],
    [3.7, undefined, "3.7"],
    [3.7, 2, "3.70"],
    [-12.5, undefined, "−12.5"],
    [0.1 + 0.2, undefined, "0.3"],
    [121.54321, undefined, "121.5432"],
    [1234567.5, undefined, "1234568"],
    [20261121, undefined, "20261121"],
    [0.00001, undefined, "1.00e−5"],
    [1e21, undefined, "1.00e+21"],
  ];
  for (const [value, decimals, text] of rows) {
    it(`writes ${value} as ${text}`, () => should(formatNumber(value, decimals)).equal(text));
  }

  it("needs no more digits than a number has", () => {
    should([1, 1.5, 1.25, 0.1 + 0.7, 1 / 3].map((value) => decimalsOf(value))).deepEqual([0, 1, 2, 1, 4]);
  });
});

describe("formatAge", () => {
  const rows: [number, string][] = [
    [-5_000, "just now"],
    [1_999, "just now"],
    [3_400, "3 s ago"],
    [59_999, "59 s ago"],
    [60_000, "1 min ago"],
    [3_599_999, "59 min ago"],
    [3_600_000, "1 h ago"],
    [47 * 3_600_000, "47 h ago"],
    [48 * 3_600_000, "2 d ago"],
  ];
  for (const [age, text] of rows) it(`says ${text} after ${age} ms`, () => should(formatAge(age)).equal(text));
});

describe("formatTime", () => {
  it("gives the date only where it is another day", () => {
    const noon = new Date(2026, 2, 4, 12, 5, 9).getTime();
    should(formatTime(noon, noon + 60_000)).equal("12:05:09");
    should(formatTime(noon, noon + 86_400_000)).equal("2026-03-04 12:05:09");
  });
});

describe("formatValue", () => {
  const rows: [string, unknown, string][] = [
    ["a position", { longitude: 121.5, latitude: -25.01234 }, "121.5000, −25.0123"],
    ["an object by its fields", { a: 1.5, b: { c: "x" } }, "a 1.5 · b.c x"],
    ["bytes", base64(1, 0xab, 255), "01 ab ff"],
    ["long bytes", base64(...Array(20).fill(7)), `${"07 ".repeat(16)}… (20 bytes)`],
    ["text on one line", " a\n\tb ", "a b"],
    ["a boolean", true, "true"],
    ["a list", [1, null, "x"], '[1,null,"x"]'],
    ["nothing", null, "–"],
    ["an empty object", {}, "{}"],
  ];
  for (const [title, value, text] of rows) it(`shows ${title}`, () => should(formatValue(value)).equal(text));

  it("cuts what is too long", () => should(formatValue("abcdef", 4)).equal("abc…"));
});

describe("hexRows", () => {
  it("has offset, bytes and text in rows of eight", () => {
    should(hexRows(Buffer.from("Hi\0 there ~"))).deepEqual([
      { offset: "0000", hex: "48 69 00 20 74 68 65 72", text: "Hi· ther" },
      { offset: "0008", hex: "65 20 7e", text: "e ~" },
    ]);
  });

  it("is bounded", () => should(hexRows(new Uint8Array(10_000)).length).equal(16));
  it("says where bytes were left off", () => should(formatHex(new Uint8Array(3), 2)).equal("00 00 … (3 bytes)"));
});

/** Terminators and other bytes as people write them into a field. */
import should from "should";
import { parseEscapes } from "../../../lib/sessions/escapes.ts";
import { parseTerminators } from "../../../lib/sessions/terminators.ts";

describe("escapes", () => {
  for (const [text, bytes] of [
    ["done\\n", "done\n"],
    ["\\r\\n\\t\\0\\\\", "\r\n\t\0\\"],
    ["\\x20\\xfF", " \xff"],
    ["", ""],
  ] as const) {
    it(`reads ${text || "nothing"}`, () => {
      should(parseEscapes(text)).deepEqual(Buffer.from(bytes, "latin1"));
    });
  }

  it("reads other text as UTF-8", () => {
    should(parseEscapes("°")).deepEqual(Buffer.from([0xc2, 0xb0]));
  });

  for (const text of ["\\q", "a\\", "\\xg0"]) {
    it(`refuses ${text}`, () => {
      should(() => parseEscapes(text)).throw(RangeError);
    });
  }
});

describe("terminators", () => {
  it("are parted by blanks, and tried longest first", () => {
    should(parseTerminators(" \\n  done\\n ").map(String)).deepEqual(["done\n", "\n"]);
  });

  for (const [text, reason] of [
    ["", "must be 1..16"],
    ["a ".repeat(17), "must be 1..16"],
    ["x".repeat(65), `${"x".repeat(65)} is longer than 64 bytes`],
    ["\\r \\r\\n", "\\r\\n can end no message: \\r in it ends it before"],
  ] as const) {
    it(`refuse ${JSON.stringify(text)}`, () => {
      should(() => parseTerminators(text)).throw(RangeError, { message: reason });
    });
  }
});

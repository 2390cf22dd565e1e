/** Numbers of a record. */
import fc from "fast-check";
import should from "should";
import { COMPASS, compassPoint, numberOf, rounder, scaler } from "../../../lib/records/numbers.ts";

describe("record numbers", () => {
  const NUMBERS: [string, number][] = [
    ["0", 0],
    ["2", 2],
    ["007", 7],
    ["-12.50", -12.5],
    ["+3", 3],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["123456789", 123_456_789],
    ["1234567890123", 1_234_567_890_123],
  ];
  for (const [text, number] of NUMBERS) {
    it(`${text} is ${number}`, () => {
      should(numberOf(text)).equal(number);
    });
  }

  it("-0 is 0, so that it compares as it looks", () => {
    should(Object.is(numberOf("-0"), 0)).be.true();
    should(Object.is(rounder(1)(-0.01), 0)).be.true();
  });

  for (const text of [
    "",
    " ",
    "x",
    "0x10",
    "1 2",
    "1,5",
    "NAN",
    "INF",
    "Infinity",
    "-",
    ".",
    "1e999",
    "--1",
    "1_000",
  ]) {
    it(`${JSON.stringify(text)} is no number`, () => {
      should(numberOf(text)).be.NaN();
    });
  }

  it("are scaled without digits of the double's own", () => {
    should(scaler({ scale: 0.1 })(3)).equal(0.3);
    should(scaler({ scale: 0.01, offset: -40 })(6543)).equal(25.43);
    should(scaler({ scale: 7.5 })(44)).equal(330);
    should(scaler({ offset: 0.1 })(0.2)).equal(0.3);
    should(scaler({})(0.1 + 0.2)).equal(0.1 + 0.2);
  });

  it("scale as decimal arithmetic does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 1, max: 4 }), (number, digits) => {
        should(scaler({ scale: Number(`1e-${digits}`) })(number)).equal(Number(`${number}e-${digits}`));
      }),
    );
  });

  it("are rounded to decimals", () => {
    should(rounder(1)(12.34)).equal(12.3);
    should(rounder(0)(-2.6)).equal(-3);
    should(rounder(2)(5)).equal(5);
    should(rounder(undefined)(12.345)).equal(12.345);
  });

  const POINTS: [number, string][] = [
    [0, "N"],
    [11.2, "N"],
    [11.25, "NNE"],
    [90, "E"],
    [330, "NNW"],
    [348.74, "NNW"],
    [348.75, "N"],
    [360, "N"],
    [-90, "W"],
    [810, "E"],
  ];
  for (const [degrees, point] of POINTS) {
    it(`${degrees} degrees are ${point}`, () => {
      should(COMPASS[compassPoint(degrees)]).equal(point);
    });
  }
});

/** Names of data types in topics. */
import fc from "fast-check";
import should from "should";
import { isType } from "../../../lib/store/ids.ts";
import { typeOfWire, wireOfType } from "../../../lib/uart/type-names.ts";

const PRINTABLE = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 3,
  maxLength: 3,
});

describe("names of data types", () => {
  for (const [wire, type] of [
    ["GPS", "GPS"],
    ["O2%", "O2%25"],
    ["T/1", "T%2F1"],
    ["A B", "A%20B"],
    ["#+!", "%23%2B%21"],
  ] as const) {
    it(`makes ${type} of ${wire}, and back`, () => {
      should(typeOfWire(wire)).equal(type);
      should(wireOfType(type)).equal(wire);
    });
  }

  it("fits any three printable characters into a topic, each differently", () => {
    fc.assert(
      fc.property(PRINTABLE, (wire) => {
        should(isType(typeOfWire(wire))).be.true();
        should(wireOfType(typeOfWire(wire))).equal(wire);
      }),
    );
  });
});

import fc from "fast-check";
import should from "should";
import { elementOfType, typeOfElement } from "../../../lib/records/element-names.ts";
import { isType } from "../../../lib/store/ids.ts";

/** Half a surrogate pair has no bytes. */
const wellFormed = (text: string) => Buffer.from(text).toString();

describe("names of elements", () => {
  for (const [name, type] of [
    ["Speed", "Speed"],
    ["Error_Message", "Error_Message"],
    ["Sensor 1/O2%", "Sensor%201%2FO2%25"],
    ["Größe", "Gr%C3%B6%C3%9Fe"],
  ] as const) {
    it(`${name} is the type ${type}, and back`, () => {
      should(typeOfElement(name)).equal(type);
      should(elementOfType(type)).equal(name);
    });
  }

  it("have no type where they are too long", () => {
    should(typeOfElement("x".repeat(64))).equal("x".repeat(64));
    should(typeOfElement("x".repeat(65))).be.null();
    should(typeOfElement("/".repeat(22))).be.null();
    should(typeOfElement("")).be.null();
    should(typeOfElement("__proto__")).be.null();
  });

  it("leave a type that is no encoded name as it is", () => {
    should(elementOfType("O2%")).equal("O2%");
    should(elementOfType("%FF")).equal("%FF");
  });

  it("come back from every type", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30, unit: "binary" }), (text) => {
        const name = wellFormed(text);
        const type = typeOfElement(name);
        if (type === null) return;
        should(isType(type)).be.true();
        should(elementOfType(type)).equal(name);
      }),
    );
  });
});

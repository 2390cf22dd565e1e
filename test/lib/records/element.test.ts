/** Readings as discrete elements. */
import fc from "fast-check";
import should from "should";
import { dataText, elementOf, elementText } from "../../../lib/records/element.ts";
import { elementOfType } from "../../../lib/records/element-names.ts";

const TEXT = fc.string({ unit: "binary", maxLength: 40, size: "max" });
const TABLE = [
  { value: 2, data: "2" },
  { value: -3.25, data: "-3.25" },
  { value: "NNW", data: "NNW" },
  { value: "", data: "" },
  { value: true, data: "true" },
  { value: null, data: "null" },
  { value: 'say "no"\r\n\\', data: 'say "no"\r\n\\' },
  { value: { longitude: 1 }, data: '{"longitude":1}' },
  { value: Buffer.of(1, 2), data: '{"base64":"AQI="}' },
];

describe("elements", () => {
  for (const { value, data } of TABLE) {
    it(`says ${JSON.stringify(data)} of ${JSON.stringify(value)}`, () => {
      should(elementOf("Speed", value)).deepEqual({ Element: "Speed", Data: data });
      should(elementText("Speed", value)).equal(JSON.stringify({ Element: "Speed", Data: data }));
    });
  }

  it("carry the name that a percent-encoded type stands for", () => {
    should(elementOf("Field%201", 2)).deepEqual({ Element: "Field 1", Data: "2" });
    should(elementText("%C2%B0C", 2)).equal('{"Element":"°C","Data":"2"}');
  });

  it("are correct JSON whatever the name and the value", () => {
    fc.assert(
      fc.property(TEXT, TEXT, (type, value) => {
        should(elementText(type, value)).equal(JSON.stringify({ Element: elementOfType(type), Data: value }));
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        should(elementText("x", value)).equal(JSON.stringify({ Element: "x", Data: dataText(value) }));
      }),
    );
  });
});

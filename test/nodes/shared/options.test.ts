import should from "should";
import { choiceOption, flagOption, integerOption, numberOption, textOption } from "../../../nodes/shared/options.ts";

const EMPTY = [undefined, null, "", "  ", `\${NOT_SET}`];

describe("options", () => {
  it("take an empty field, or a variable that is not set, for the default", () => {
    for (const value of EMPTY) {
      textOption({ name: value }, "name", "fallback").should.equal("fallback");
      integerOption({ port: value }, "port", [1, 65_535], 80).should.equal(80);
      choiceOption({ kind: value }, "kind", ["a", "b"], "b").should.equal("b");
      flagOption({ on: value }, "on", true).should.equal(true);
    }
  });

  it("name the field that must be set", () => {
    for (const value of EMPTY)
      (() => textOption({ name: value }, "name")).should.throw(RangeError, { message: '"name" must be set' });
  });

  it("read numbers that a form keeps as text", () => {
    integerOption({ port: " 5001 " }, "port", [1, 65_535]).should.equal(5001);
    numberOption({ rate: "0.5" }, "rate", [0, 1]).should.equal(0.5);
  });

  it("name the field, the range and what was given", () => {
    const message = '"port" must be 1..65535, got 99999';
    (() => integerOption({ port: "99999" }, "port", [1, 65_535])).should.throw(RangeError, { message });
    for (const wrong of ["1.5", "abc", "NaN", "Infinity", "0", "-1"]) {
      (() => integerOption({ port: wrong }, "port", [1, 65_535])).should.throw(
        new RegExp(`^"port" must be 1..65535, got ${wrong}$`),
      );
    }
  });

  it("take both ends of a range", () => {
    integerOption({ n: 1 }, "n", [1, 3]).should.equal(1);
    integerOption({ n: 3 }, "n", [1, 3]).should.equal(3);
  });

  it("name the choices", () => {
    const message = '"kind" must be one of memory, file, got tape';
    (() => choiceOption({ kind: "tape" }, "kind", ["memory", "file"])).should.throw(RangeError, { message });
  });

  it("read a check box, or what a variable makes of it", () => {
    should([true, "1", "true"].map((on) => flagOption({ on }, "on", false))).deepEqual([true, true, true]);
    should([false, "0", "false"].map((on) => flagOption({ on }, "on", true))).deepEqual([false, false, false]);
    (() => flagOption({ on: "yes" }, "on", true)).should.throw(RangeError, {
      message: '"on" must be true or false, got yes',
    });
  });
});

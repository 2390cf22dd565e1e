import should from "should";
import {
  choiceOption,
  flagOption,
  idOption,
  integerOption,
  listOption,
  numberOption,
  rowsOption,
  textOption,
} from "../../../nodes/shared/options.ts";

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

  it("read a name, which may be empty where its fallback is", () => {
    idOption({ network: " mesh " }, "network", "site").should.equal("mesh");
    idOption({}, "user", "").should.equal("");
    const rule = "must be 1..64 letters, digits or . _ : -";
    (() => idOption({ network: "a/b" }, "network", "site")).should.throw(`"network" ${rule}, got a/b`);
    (() => idOption({ user: "a b" }, "user", "")).should.throw(`"user" ${rule}, or empty, got a b`);
  });

  it("read lists, by lines or commas", () => {
    listOption({ users: "ada, bob\n\n eve," }, "users").should.deepEqual(["ada", "bob", "eve"]);
    listOption({}, "users", "").should.deepEqual([]);
  });

  it("read the rows of a table, or their JSON", () => {
    const rows = [{ a: 1 }];
    for (const types of [rows, JSON.stringify(rows)]) rowsOption({ types }, "types").should.deepEqual(rows);
    for (const types of [undefined, null, "", " "]) rowsOption({ types }, "types").should.deepEqual([]);
    (() => rowsOption({ types: "[" }, "types")).should.throw('"types" must be JSON');
    for (const types of ["{}", "[1]", 5]) {
      (() => rowsOption({ types }, "types")).should.throw('"types" must be a list of rows');
    }
  });
});

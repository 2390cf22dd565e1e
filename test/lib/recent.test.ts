import should from "should";
import { Recent } from "../../lib/recent.ts";

describe("a map with a bound", () => {
  it("remembers the newer half at least, and never more than the bound", () => {
    const recent = new Recent<number>(10);
    for (let number = 0; number < 1000; number++) {
      recent.set(`key ${number}`, number);
      should(recent.size).be.belowOrEqual(10);
      for (let back = 0; back < 5 && back <= number; back++) {
        should(recent.get(`key ${number - back}`)).equal(number - back);
      }
      should(recent.get(`key ${number - 10}`)).be.undefined();
    }
  });

  it("keeps what is written again and again", () => {
    const recent = new Recent<number>(10);
    for (let number = 0; number < 100; number++) {
      recent.set("kept", number);
      recent.set(`key ${number}`, number);
      should(recent.get("kept")).equal(number);
    }
  });

  it("deletes", () => {
    const recent = new Recent<number>(4);
    for (const key of ["a", "b", "c"]) recent.set(key, 1);
    for (const key of ["a", "b", "c", "d"]) recent.delete(key);
    should(recent.size).equal(0);
    should(recent.get("a")).be.undefined();
  });
});

/** Names of devices and types. */
import should from "should";
import { checkDevice, checkType, isDevice, isId } from "../../../lib/store/ids.ts";

describe("ids", () => {
  for (const id of ["GPS", "a", "weather-1", "a.b_c:d", "0".repeat(64)]) {
    it(`takes ${id.slice(0, 12)}`, () => {
      should(isId(id)).be.true();
      should(checkType(id)).equal(id);
      should(checkDevice(`mesh/${id}`)).equal(`mesh/${id}`);
    });
  }

  for (const id of [
    "",
    " ",
    "a b",
    "a/b",
    "a+",
    "#",
    "ü",
    "0".repeat(65),
    "__proto__",
    ".",
    "..",
    "constructor",
    5,
    null,
    undefined,
  ]) {
    it(`refuses ${JSON.stringify(id)?.slice(0, 16)}`, () => {
      should(isId(id)).be.false();
      should(isDevice(`mesh/${id ?? ""} `)).be.false();
      should(() => checkType(id)).throw(RangeError, { message: /^"type" must be/ });
    });
  }

  for (const device of ["mesh", "/5", "mesh/", "mesh/5/6", "me sh/5", 5]) {
    it(`refuses the device ${device}`, () => {
      should(() => checkDevice(device)).throw(RangeError, { message: /^"device" must be <network>\/<address>/ });
    });
  }

  it("quotes a wrong name only in part", () => {
    should(() => checkType("x".repeat(10_000))).throw({ message: /^.{0,200}$/ });
  });
});

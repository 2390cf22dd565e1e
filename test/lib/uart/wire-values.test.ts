/** Addresses and free values as bytes. */
import should from "should";
import { addressBytes, show, toBytes } from "../../../lib/uart/wire-values.ts";

describe("addressBytes", () => {
  it("writes an address with its high byte first", () => {
    addressBytes(0).should.deepEqual(Buffer.of(0, 0));
    addressBytes(0x1234).should.deepEqual(Buffer.of(0x12, 0x34));
    addressBytes(0xffff).should.deepEqual(Buffer.of(0xff, 0xff));
  });

  for (const wrong of [-1, 65536, 1.5, Number.NaN, "5", null, undefined, 5n, {}]) {
    it(`refuses ${show(wrong)}`, () => {
      should(() => addressBytes(wrong)).throw(RangeError, { message: `address must be 0..65535, got ${show(wrong)}` });
    });
  }
});

describe("toBytes", () => {
  it("takes bytes, text, numbers and booleans", () => {
    toBytes(Uint8Array.of(1, 255), "it").should.deepEqual(Buffer.of(1, 255));
    toBytes("°", "it").should.deepEqual(Buffer.of(0xc2, 0xb0));
    toBytes(-1.5, "it").should.deepEqual(Buffer.from("-1.5"));
    toBytes(true, "it").should.deepEqual(Buffer.from("true"));
  });

  it("copies bytes", () => {
    const bytes = Buffer.of(1);
    toBytes(bytes, "it").should.not.equal(bytes);
  });

  for (const [wrong, shown] of [
    [{ a: 1 }, "an object"],
    [[1], "a list"],
    [5n, "5"],
    [null, "null"],
    [undefined, "nothing"],
  ] as const) {
    it(`refuses ${shown}, naming what it was for`, () => {
      should(() => toBytes(wrong, "it")).throw(RangeError, { message: `it must be text or bytes, got ${shown}` });
    });
  }
});

describe("show", () => {
  it("is short, and never throws", () => {
    show("a".repeat(1000)).should.equal(`"${"a".repeat(40)}"`);
    show(Object.create(null)).should.equal("an object");
    show(Symbol("s")).should.equal("Symbol(s)");
  });
});

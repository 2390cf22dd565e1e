/** CRC-16/CCITT-FALSE against the check value of its definition. */
import "should";
import { crc16 } from "../../../lib/uart/crc.ts";

describe("crc16", () => {
  const digits = Buffer.from("123456789");

  it("has the check value 0x29B1", () => {
    crc16(digits).should.equal(0x29b1);
  });

  it("is 0xFFFF of nothing", () => {
    crc16(Buffer.alloc(0)).should.equal(0xffff);
  });

  it("can be taken of a part", () => {
    crc16(Buffer.from("xx123456789y"), 2, 11).should.equal(0x29b1);
  });

  it("notices every change of a single bit", () => {
    for (let bit = 0; bit < digits.length * 8; bit++) {
      const changed = Buffer.from(digits);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      crc16(changed).should.not.equal(0x29b1);
    }
  });
});

/** Frames as one table: payload and wire, read in both directions and at every cut (PROTOCOLS 1.1). */
import "should";
import { encodeFrame } from "../../../lib/uart/frame.ts";
import { decodeChunks, hex } from "./events.ts";

const ALL = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)).toString("hex");

const FRAMES = [
  { name: "a single byte", payload: "05", wire: "ff 05 fe" },
  {
    name: "the example of the description",
    payload: "f9 fa fb fc fd fe ff",
    wire: "ff f9 fa00 fa01 fa06 fa07 fa04 fa05 fe",
  },
  { name: "only escapes", payload: "fa fa fa", wire: "ff fa00 fa00 fa00 fe" },
  { name: "an escape at either end", payload: "ff 00 ff", wire: "ff fa05 00 fa05 fe" },
  { name: "what escapes look like when plain", payload: "00 01 04 05 06 07", wire: "ff 00 01 04 05 06 07 fe" },
  {
    name: "every byte",
    payload: ALL,
    wire: `ff ${ALL.slice(0, 500)} fa00 fa01 fa06 fa07 fa04 fa05 fe`,
  },
  {
    name: "a CRC trailer",
    crc: true,
    payload: "31 32 33 34 35 36 37 38 39",
    wire: "ff 31 32 33 34 35 36 37 38 39 29b1 fe",
  },
  { name: "a CRC trailer with escapes", crc: true, payload: "00 1f", wire: "ff 00 1f fa04 d1 fe" },
];

describe("encodeFrame", () => {
  for (const { name, payload, wire, crc = false } of FRAMES) {
    it(`writes ${name}`, () => {
      encodeFrame(hex(payload), { crc }).toString("hex").should.equal(hex(wire).toString("hex"));
    });
  }

  it("takes a plain Uint8Array and leaves it as it was", () => {
    const payload = Uint8Array.of(1, 0xff, 2);
    encodeFrame(payload, { crc: true }).length.should.be.above(6);
    payload.should.deepEqual(Uint8Array.of(1, 0xff, 2));
  });

  it("writes an empty payload as an empty frame", () => {
    encodeFrame(Buffer.alloc(0)).toString("hex").should.equal("fffe");
  });
});

describe("FrameDecoder", () => {
  for (const { name, payload, wire, crc = false } of FRAMES) {
    const expected = [{ frame: hex(payload).toString("hex") }];

    it(`reads ${name}`, () => {
      decodeChunks([hex(wire)], { crc }).should.deepEqual(expected);
    });

    it(`reads back what encodeFrame made of ${name}`, () => {
      decodeChunks([encodeFrame(hex(payload), { crc })], { crc }).should.deepEqual(expected);
    });

    it(`reads ${name} in two chunks, wherever cut, and nothing before its END`, () => {
      const bytes = hex(wire);
      for (let at = 0; at < bytes.length; at++) {
        decodeChunks([bytes.subarray(0, at), bytes.subarray(at)], { crc }).should.deepEqual(expected);
        decodeChunks([bytes.subarray(0, at)], { crc }).should.deepEqual([]);
      }
    });
  }
});

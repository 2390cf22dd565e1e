/** The search for special bytes: near and far, in a buffer and in a plain array. */
import "should";
import fc from "fast-check";
import { asBuffer, NEAR_BYTES, SpecialSearch } from "../../../lib/uart/special-search.ts";

const FAR = NEAR_BYTES * 2;

function chunkWith(specials: Readonly<Record<number, number>>, length = FAR * 2): Uint8Array {
  const chunk = new Uint8Array(length).fill(0x20);
  for (const [at, byte] of Object.entries(specials)) chunk[Number(at)] = byte;
  return chunk;
}

describe("SpecialSearch", () => {
  for (const byte of [0xfa, 0xfe, 0xff]) {
    for (const at of [0, 1, NEAR_BYTES - 1, NEAR_BYTES, NEAR_BYTES + 1, FAR]) {
      it(`finds ${byte.toString(16)} at ${at}, unless the part ends before it`, () => {
        const chunk = chunkWith({ [at]: byte });
        new SpecialSearch().find(chunk, 0, chunk.length).should.equal(at);
        new SpecialSearch().find(chunk, 0, at).should.equal(at);
        new SpecialSearch().find(chunk, at + 1, chunk.length).should.equal(chunk.length);
      });
    }
  }

  it("gives the end of the part where nothing is found", () => {
    new SpecialSearch().find(chunkWith({}), 0, FAR).should.equal(FAR);
    new SpecialSearch().findEnd(chunkWith({}), 0).should.equal(FAR * 2);
  });

  it("forgets the chunk before when it starts anew", () => {
    const search = new SpecialSearch();
    search.findFar(chunkWith({ 300: 0xfe }), 0, FAR * 2).should.equal(300);
    search.restart();
    search.findFar(chunkWith({ 200: 0xff }), 0, FAR * 2).should.equal(200);
  });

  it("visits every special byte of a chunk, whatever the bytes", () => {
    const byte = fc.oneof({ weight: 40, arbitrary: fc.constant(0x20) }, fc.constantFrom(0xfa, 0xfe, 0xff));
    const property = fc.property(fc.array(byte, { maxLength: 2000, size: "max" }), (bytes) => {
      const search = new SpecialSearch();
      const found: number[] = [];
      for (let at = 0; at < bytes.length; at++) {
        at = search.find(Buffer.from(bytes), at, bytes.length);
        if (at < bytes.length) found.push(at);
      }
      found.should.deepEqual([...bytes.keys()].filter((at) => bytes[at]! >= 0xfa));
    });
    fc.assert(property, { numRuns: 200 });
  });
});

describe("asBuffer", () => {
  it("makes a buffer of the same bytes, and keeps one as it is", () => {
    const bytes = Uint8Array.of(1, 2, 3).subarray(1);
    asBuffer(bytes).should.deepEqual(Buffer.of(2, 3));
    asBuffer(bytes).buffer.should.equal(bytes.buffer);
    const buffer = Buffer.of(1);
    asBuffer(buffer).should.equal(buffer);
  });
});

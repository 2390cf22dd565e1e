import fc from "fast-check";
import should from "should";
import { BadWire } from "../../../lib/simulators/bad-wire.ts";
import { Random } from "../../../lib/simulators/random.ts";

const FRAME = Buffer.from("ff000548656c6c6ffe", "hex");

describe("bad wire", () => {
  it("passes frames as they are while it is good", () => {
    should(new BadWire(new Random(1)).pass(FRAME, { loss: 0, corruption: 0, cuts: 0 })).equal(FRAME);
  });

  it("loses every frame when told", () => {
    const wire = new BadWire(new Random(1));
    should(wire.pass(FRAME, { loss: 1, corruption: 0, cuts: 0 })).equal(null);
    wire.counts.should.deepEqual({ made: 1, sent: 0, lost: 1, corrupted: 0, cut: 0 });
  });

  it("turns one bit over, and leaves the sender's bytes alone", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const before = FRAME.toString("hex");
        const corrupted = new BadWire(new Random(seed)).pass(FRAME, { loss: 0, corruption: 1, cuts: 0 })!;
        FRAME.toString("hex").should.equal(before);
        const bits = [...corrupted].reduce(
          (sum, byte, at) => sum + (byte ^ FRAME[at]!).toString(2).split("1").length - 1,
          0,
        );
        bits.should.equal(1);
      }),
    );
  });

  it("cuts a frame somewhere in its middle", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const cut = new BadWire(new Random(seed)).pass(FRAME, { loss: 0, corruption: 0, cuts: 1 })!;
        cut.length.should.be.within(1, FRAME.length - 1);
        cut.equals(FRAME.subarray(0, cut.length)).should.equal(true);
      }),
    );
  });
});

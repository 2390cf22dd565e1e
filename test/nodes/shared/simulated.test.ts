/** The list of who is simulated in this process. */
import should from "should";
import { addSimulated, isSimulated, noteRealPeer, sinceRealPeer } from "../../../nodes/shared/simulated.ts";

describe("simulated", () => {
  it("knows a simulator by transport, address and port, until it leaves", () => {
    const leave = addSimulated("udp", "127.0.0.1", 40_001);
    should(isSimulated("udp", "127.0.0.1", 40_001)).be.true();
    should(isSimulated("udp", "::ffff:127.0.0.1", 40_001)).be.true();
    should(isSimulated("tcp", "127.0.0.1", 40_001)).be.false();
    should(isSimulated("udp", "127.0.0.2", 40_001)).be.false();
    should(isSimulated("udp", "127.0.0.1", 40_002)).be.false();
    leave();
    should(isSimulated("udp", "127.0.0.1", 40_001)).be.false();
  });

  it("tells how long ago an endpoint heard a real peer", () => {
    should(sinceRealPeer("udp", 40_003)).equal(Number.POSITIVE_INFINITY);
    noteRealPeer("udp", 40_003);
    should(sinceRealPeer("udp", 40_003)).be.within(0, 60_000);
    should(sinceRealPeer("tcp", 40_003)).equal(Number.POSITIVE_INFINITY);
  });
});

/** The listening connection as a timed core: greeting, pushes, loss and return. */
import should from "should";
import { Listening, type ListeningEvent } from "../../../lib/mesh-client/listening.ts";

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const names = (events: readonly ListeningEvent[]) => events.map(({ type }) => type);

function greeted(): Listening {
  const core = new Listening(0);
  core.handleTimer(0);
  core.connected(0);
  core.receive(bytes("[ack]\0"), 0);
  return core;
}

describe("a listening connection", () => {
  it("connects at once, greets, and is live once it is acknowledged", () => {
    const core = new Listening(0);
    should(core.nextDeadline()).equal(0);
    should(core.handleTimer(0)).deepEqual([{ type: "connect" }]);
    should(core.connected(10)).deepEqual([{ type: "send", bytes: bytes("[syn]\0") }]);
    should(core.isLive).be.false();
    should(core.receive(bytes("[ack]\0"), 20)).deepEqual([{ type: "opened" }]);
    should(core.isLive).be.true();
    should(core.nextDeadline()).be.null();
  });

  it("takes an acknowledgement in pieces, and a push that came with it", () => {
    const core = new Listening(0);
    core.handleTimer(0);
    core.connected(0);
    should(core.receive(bytes("[ac"), 1)).deepEqual([]);
    const events = core.receive(bytes("k]\0[REQ]\x05\0a[REQ]\x06\0b"), 2);
    should(names(events)).deepEqual(["opened", "pushed", "pushed"]);
  });

  it("gives up where it is refused, or not acknowledged in time, and tries again at growing intervals", () => {
    const core = new Listening(0);
    let now = 0;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      should(core.handleTimer(now)).deepEqual([{ type: "connect" }]);
      core.connected(now);
      const isRefused = attempt % 2 === 0;
      if (!isRefused) now = core.nextDeadline()!;
      const events = isRefused ? core.receive(bytes("[err]-no"), now) : core.handleTimer(now);
      should(names(events)).deepEqual(["disconnect", "lost"]);
      waits.push(core.nextDeadline()! - now);
      now = core.nextDeadline()!;
    }
    should(waits).deepEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it("gives up where no connection comes about", () => {
    const core = new Listening(0);
    core.handleTimer(0);
    should(core.nextDeadline()).equal(5_000);
    should(core.handleTimer(5_000)).deepEqual([{ type: "disconnect" }, { type: "lost", reason: "nobody answers" }]);
    should(core.nextDeadline()).equal(5_500);
  });

  it("says once why it was lost, and starts its waits anew after a while of life", () => {
    const core = greeted();
    should(core.closed("cut", 5_000)).deepEqual([{ type: "lost", reason: "cut" }]);
    should(core.closed("cut again", 5_000)).deepEqual([]);
    should(core.isLive).be.false();
    should(core.nextDeadline()).equal(5_500);
    core.hurry(5_100);
    should(core.handleTimer(5_100)).deepEqual([{ type: "connect" }]);
  });

  it("hears nothing while it is apart, and counts what it cannot read", () => {
    const core = greeted();
    should(core.receive(bytes("x"), 1)).deepEqual([]);
    should(core.malformed).equal(1);
    core.closed("cut", 2);
    should(core.receive(bytes("[REQ]\x05\0a"), 3)).deepEqual([]);
  });
});

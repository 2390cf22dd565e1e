/** A device that comes back by itself: when it connects, when it gives a line up, what it takes. */
import should from "should";
import { LastingDevice, type LastingDeviceEvent } from "../../../lib/ack/lasting-device.ts";

const OPTIONS = { identity: { dev_id: 7 }, capacity: 3, patienceMs: 100, firstMs: 10, mostMs: 40, maxBytes: 200 };

function typesOf(events: readonly LastingDeviceEvent[]): string[] {
  return events.map((event) => event.type);
}

/** One whose line stands since 0. */
function live(): LastingDevice {
  const device = new LastingDevice(OPTIONS, 0);
  device.handleTimer(0);
  device.opened(0);
  device.receive({ ack: 1 }, 0);
  device.receive({ id: 1 }, 0);
  return device;
}

describe("a device that comes back by itself", () => {
  it("connects at once, says who it is, and is connected when it is acknowledged", () => {
    const device = new LastingDevice(OPTIONS, 0);
    should(device.handleTimer(0)).deepEqual([{ type: "connect" }]);
    should(device.opened(1)).deepEqual([{ type: "write", message: { dev_id: 7, id: 1 } }]);
    should(device.receive({ unique_client_id: 5 }, 1)).be.empty();
    should(device.receive({ ack: 1 }, 2)).deepEqual([{ type: "connected", name: 7 }]);
    should(device.receive({ id: 1 }, 2)).deepEqual([{ type: "write", message: { ack: 1 } }]);
  });

  it("takes the name that it is given where it has none", () => {
    const device = new LastingDevice({ ...OPTIONS, identity: { dev_id: "" } }, 0);
    device.handleTimer(0);
    device.opened(0);
    should(device.receive({ ack: 1 }, 0)).be.empty();
    should(device.receive({ dev_id: "d-1", id: 1 }, 0)[0]).deepEqual({ type: "connected", name: "d-1" });
    device.closed("gone", 1);
    device.handleTimer(1000);
    should(device.opened(1000)).deepEqual([{ type: "write", message: { dev_id: "d-1", id: 2 } }]);
  });

  it("waits longer after each failure, up to its bound, and says why it failed in the server's words", () => {
    const device = new LastingDevice(OPTIONS, 0);
    const waits: number[] = [];
    let now = 0;
    for (let turn = 0; turn < 4; turn++) {
      device.handleTimer(now);
      device.opened(now);
      device.receive({ error: "unauthorized" }, now);
      should(device.closed("ended", now)).deepEqual([{ type: "failed", reason: "unauthorized" }]);
      waits.push(device.nextDeadline()! - now);
      now = device.nextDeadline()!;
    }
    should(waits).deepEqual([10, 20, 40, 40]);
  });

  it("gives up a line on which acks do not get on, and sends again in order with the same ids", () => {
    const device = live();
    should(device.nextDeadline()).equal(null);
    for (const n of [1, 2]) device.send({ n }, 0);
    device.receive({ ack: 2 }, 60);
    should(device.handleTimer(159)).be.empty();
    should(typesOf(device.handleTimer(160))).deepEqual(["disconnect", "disconnected"]);
    device.send({ n: 3 }, 161);
    device.handleTimer(device.nextDeadline()!);
    device.opened(200);
    const events = device.receive({ ack: 4 }, 200);
    should(events).deepEqual([
      { type: "connected", name: 7 },
      { type: "write", message: { n: 2, id: 3 } },
      { type: "write", message: { n: 3, id: 5 } },
    ]);
  });

  it("gives up an attempt that nobody answers", () => {
    const device = new LastingDevice(OPTIONS, 0);
    device.handleTimer(0);
    should(typesOf(device.handleTimer(100))).deepEqual(["disconnect", "failed"]);
  });

  it("hands a command on and acknowledges it, and a repetition only that", () => {
    const device = live();
    should(device.receive({ reset: 1, id: 2 }, 1)).deepEqual([
      { type: "message", fields: { reset: 1 } },
      { type: "write", message: { ack: 2 } },
    ]);
    should(device.receive({ reset: 1, id: 2 }, 1)).deepEqual([{ type: "write", message: { ack: 2 } }]);
  });

  it("refuses what the server would not take, and what is too much", () => {
    const device = live();
    const cycle: Record<string, unknown> = {};
    cycle.cycle = cycle;
    const proto = JSON.parse('{"__proto__":1}');
    for (const wrong of [null, 5, [1], {}, { id: 1 }, { a: undefined }, { n: 1n }, cycle, proto]) {
      should(device.refusalOf(wrong)).equal("unsendable");
    }
    should(device.refusalOf({ text: "ä".repeat(90) })).equal("too-long");
    for (const n of [1, 2, 3]) {
      should(device.refusalOf({ n })).equal(null);
      device.send({ n }, 0);
    }
    should(device.refusalOf({ n: 4 })).equal("full");
    should(device.held).equal(3);
  });
});

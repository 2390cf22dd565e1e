/** The device list is pure: entries, keys and the time go in, records come out. */
import should from "should";
import { DEFAULT_DISCONNECTED_AFTER_MS, DEFAULT_STALE_AFTER_MS, describeDevices } from "../../../lib/store/devices.ts";

const NOW = 1_000_000;

function entry(topic: string, time: number, value: unknown = 1) {
  return { topic, time, value, cursor: `e-${time}` };
}

describe("describeDevices", () => {
  it("gathers the newest value of every type under its device", () => {
    const [record] = describeDevices(
      [entry("mesh/5/GPS", 900_000, { longitude: 1 }), entry("mesh/5/BAT", 990_000, 80)],
      [],
      NOW,
    );
    should(record).deepEqual({
      device: "mesh/5",
      network: "mesh",
      name: null,
      uuid: null,
      labels: {},
      status: "active",
      firstSeen: 900_000,
      lastSeen: 990_000,
      staleAfterMs: DEFAULT_STALE_AFTER_MS,
      disconnectedAfterMs: DEFAULT_DISCONNECTED_AFTER_MS,
      types: {
        BAT: { value: 80, time: 990_000, cursor: "e-990000" },
        GPS: { value: { longitude: 1 }, time: 900_000, cursor: "e-900000" },
      },
      commands: {},
    });
  });

  it("says which commands a device has taken, by name, and makes no device of them", () => {
    const key = (name: string, kind: string) => ({ key: `command.${name}`, value: { known: { kind }, since: 1 } });
    const keys = [key("mesh/5/b", "text"), key("mesh/5/a", "none"), key("mesh/50/a", "none"), key("mesh/5", "none")];
    const records = describeDevices([entry("mesh/5/GPS", NOW)], keys, NOW);
    should(records.map(({ device, commands }) => [device, Object.entries(commands!)])).deepEqual([
      ["mesh/5", Object.entries({ a: { kind: "none" }, b: { kind: "text" } })],
    ]);
  });

  it("sorts devices and types by number within text", () => {
    const entries = ["mesh/10/A10", "mesh/9/A", "mesh/10/A9", "board/1/A"].map((topic) => entry(topic, NOW));
    const records = describeDevices(entries, [], NOW);
    should(records.map(({ device }) => device)).deepEqual(["board/1", "mesh/9", "mesh/10"]);
    should(Object.keys(records[2]!.types)).deepEqual(["A9", "A10"]);
  });

  for (const [silentMs, status] of [
    [-5_000, "active"],
    [99, "active"],
    [100, "stale"],
    [199, "stale"],
    [200, "disconnected"],
  ] as const) {
    it(`calls a device ${status} after ${silentMs} ms with limits of 100 and 200 ms`, () => {
      const key = { key: "presence.mesh/5", value: { firstSeen: 7, staleAfterMs: 100, disconnectedAfterMs: 200 } };
      const [record] = describeDevices([entry("mesh/5/GPS", NOW - silentMs)], [key], NOW);
      should(record).containEql({ status, firstSeen: 7, staleAfterMs: 100, disconnectedAfterMs: 200 });
    });
  }

  it("calls every device of a network disconnected that was silent since the network's reset", () => {
    const entries = [entry("mesh/5/GPS", NOW - 10), entry("mesh/6/GPS", NOW), entry("mesh2/5/GPS", NOW - 10)];
    const records = describeDevices(entries, [{ key: "reset.mesh", value: { at: NOW - 10 } }], NOW);
    should(records.map(({ status }) => status)).deepEqual(["disconnected", "active", "active"]);
    should(records.map(({ resetAt }) => resetAt)).deepEqual([NOW - 10, NOW - 10, undefined]);
  });

  it("puts in name, uuid and labels set by hand, and leaves out what is no text", () => {
    const value = { name: "Roof", uuid: 5, labels: { floor: "3", broken: 4 } };
    const [record] = describeDevices([entry("mesh/5/GPS", NOW)], [{ key: "device.mesh/5", value }], NOW);
    should(record).containEql({ name: "Roof", uuid: null, labels: { floor: "3" } });
  });

  it("keeps a device that retention left without a reading", () => {
    const [record] = describeDevices([], [{ key: "presence.mesh/5", value: { firstSeen: 5 } }], NOW);
    should(record).containEql({ device: "mesh/5", status: "disconnected", firstSeen: 5, lastSeen: 5, types: {} });
  });

  it("passes over details of an unseen device, foreign keys and values of a wrong form", () => {
    const keys = [
      { key: "device.mesh/9", value: { name: "Never seen" } },
      { key: "lease.mesh/9", value: { firstSeen: 5 } },
      { key: "presence.mesh/8", value: null },
      { key: "presence.mesh/7", value: { firstSeen: "5" } },
    ];
    should(describeDevices([entry("lonely", NOW)], keys, NOW)).deepEqual([]);
  });

  it("keeps a type named like a property of every object as a type", () => {
    const [record] = describeDevices([entry("mesh/5/__proto__", NOW), entry("mesh/5/constructor", NOW)], [], NOW);
    should(Object.keys(record!.types)).deepEqual(["__proto__", "constructor"]);
  });
});

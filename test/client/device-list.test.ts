/** The list without a page: records and readings go in, what is known of devices comes out. */
import should from "should";
import {
  addressOf,
  DeviceList,
  MAX_DEVICES,
  MAX_TYPES,
  matches,
  sortedTypes,
  statusAt,
  statusSentence,
  titleOf,
} from "../../client/device-list.ts";
import { type DeviceRecord, describeDevices } from "../../lib/store/devices.ts";

const NOW = 1_000_000;

function records(...topics: string[]): DeviceRecord[] {
  const entries = topics.map((topic, index) => ({ topic, time: NOW, value: index, cursor: `e-${index + 1}` }));
  return describeDevices(entries, [{ key: "device.mesh/1", value: { name: "Buoy", labels: { site: "Pier" } } }], NOW);
}

function reading(device: string, type: string, value: unknown, sequence: number | null, time = NOW) {
  return { device, type, topic: `${device}/${type}`, value, time, cursor: sequence === null ? null : `e-${sequence}` };
}

describe("DeviceList", () => {
  it("takes the hub's records, and what comes live after them", () => {
    const list = new DeviceList();
    list.replace(records("mesh/1/BAT"));
    list.receive(reading("mesh/1", "BAT", 5, 9, NOW + 10));
    const known = list.devices.get("mesh/1")!;
    should(known).containEql({ name: "Buoy", network: "mesh", lastSeen: NOW + 10, listed: true });
    should(known.types.get("BAT")!.value).equal(5);
  });

  it("does not go back to older values, whichever of list and stream is late", () => {
    const list = new DeviceList();
    list.receive(reading("mesh/1", "BAT", "new", 9));
    list.replace(records("mesh/1/BAT"));
    list.receive(reading("mesh/1", "BAT", "old", 1));
    should(list.devices.get("mesh/1")!.types.get("BAT")!.value).equal("new");
  });

  it("forgets what the hub has forgotten, but not what no store ever had", () => {
    const list = new DeviceList();
    list.replace(records("mesh/1/BAT", "mesh/2/BAT"));
    list.receive(reading("live/1", "BAT", 1, null));
    list.replace(records("mesh/2/BAT"));
    should([...list.devices.keys()]).deepEqual(["mesh/2", "live/1"]);
  });

  it("is bounded in devices and types, and counts what it passes over", () => {
    const list = new DeviceList();
    for (let index = 0; index <= MAX_TYPES; index++) list.receive(reading("mesh/1", `t${index}`, 1, null));
    should(list.devices.get("mesh/1")!.types.size).equal(MAX_TYPES);
    should(list.dropped).equal(1);
    for (let index = 0; index < MAX_DEVICES; index++) list.receive(reading(`n/${index}`, "t", 1, null));
    should(list.devices.size).equal(MAX_DEVICES);
    should(list.dropped).equal(2);
  });

  it("goes active, stale, disconnected by its own time limits", () => {
    const list = new DeviceList();
    list.replace(records("mesh/1/BAT"));
    const known = Object.assign(list.devices.get("mesh/1")!, { staleAfterMs: 100, disconnectedAfterMs: 200 });
    should([99, 100, 200].map((silence) => statusAt(known, NOW + silence))).deepEqual([
      "active",
      "stale",
      "disconnected",
    ]);
  });

  it("is disconnected by a reset of its network, until it is heard again", () => {
    const list = new DeviceList();
    list.replace(records("mesh/1/BAT").map((record) => ({ ...record, resetAt: NOW })));
    const known = list.devices.get("mesh/1")!;
    should(statusAt(known, NOW)).equal("disconnected");
    list.receive(reading("mesh/1", "BAT", 5, 9, NOW + 1));
    should(statusAt(known, NOW + 1)).equal("active");
  });

  it("is told of a reset as it happens", () => {
    const list = new DeviceList();
    list.replace(records("mesh/1/BAT"));
    list.receive(reading("site/1", "BAT", 5, 9, NOW));
    should(list.link(reading("$live/mesh", "reset", NOW, null)).map(({ device }) => device)).deepEqual(["mesh/1"]);
    should([...list.devices.values()].map((known) => statusAt(known, NOW))).deepEqual(["disconnected", "active"]);
  });

  it("is searched by name, address, label and type, every word of them", () => {
    const list = new DeviceList();
    list.replace(records("mesh/1/BAT"));
    const known = list.devices.get("mesh/1")!;
    for (const query of ["", "buoy", "MESH/1", "pier", "bat", "buoy  site"])
      should(matches(known, query)).equal(true, query);
    for (const query of ["buoys", "buoy solar"]) should(matches(known, query)).equal(false, query);
    should([titleOf(known), addressOf(known)]).deepEqual(["Buoy", "1"]);
  });

  it("has types in their natural order", () => {
    const list = new DeviceList();
    for (const type of ["A10", "b", "A9"]) list.receive(reading("mesh/1", type, 1, null));
    should(sortedTypes(list.devices.get("mesh/1")!).map(([type]) => type)).deepEqual(["A9", "A10", "b"]);
  });
});

describe("statusSentence", () => {
  it("names one device, and counts several", () => {
    should(statusSentence(new Map())).equal("");
    should(statusSentence(new Map([["Buoy", "stale"]]))).equal("Buoy is stale");
    const several = new Map([
      ["a", "stale"],
      ["b", "active"],
      ["c", "stale"],
    ] as const);
    should(statusSentence(several)).equal("3 devices changed: 2 stale, 1 active");
  });
});

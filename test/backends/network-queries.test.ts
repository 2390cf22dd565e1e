/** What a gateway asks the store about its network: values as received, nodes, and the reset of all. */
import should from "should";
import type { Backend } from "../../backends/backend.ts";
import { openMemory } from "../../backends/memory.ts";
import { isKnown, nodesOf, resetNetwork, valuesOf } from "../../backends/network-queries.ts";

const NOW = Date.now();

describe("queries about a network", () => {
  let backend: Backend;
  const append = (topic: string, raw: string, time = NOW) =>
    backend.append(topic, { value: raw.length, raw: Buffer.from(raw), time });

  beforeEach(() => {
    backend = openMemory({ maxCount: 1000, maxAgeMs: 0, maxSeries: 100 });
  });
  afterEach(() => backend.close());

  it("give a value's bytes as received, of one node or of all, by address", async () => {
    await Promise.all([append("mesh/10/GPS", "ten"), append("mesh/9/GPS", "old"), append("mesh/9/GPS", "new")]);
    await Promise.all([append("mesh/9/BAT", "b"), append("mesh2/1/GPS", "other"), append("mesh/x/GPS", "no address")]);
    const texts = (values: readonly { address: number; bytes: Uint8Array }[]) =>
      values.map(({ address, bytes }) => `${address} ${bytes.toString()}`);
    should(texts(await valuesOf(backend, "mesh", 9, "GPS"))).deepEqual(["9 new"]);
    should(texts(await valuesOf(backend, "mesh", null, "GPS"))).deepEqual(["9 new", "10 ten"]);
    should(await valuesOf(backend, "mesh", 8, "GPS")).be.empty();
  });

  it("pass over what has no bytes, or too many for a reply", async () => {
    await backend.append("mesh/5/GPS", { value: { longitude: 1 }, time: NOW });
    await backend.append("mesh/6/GPS", { value: Buffer.from("bytes"), time: NOW });
    await append("mesh/7/GPS", "x".repeat(256));
    const values = await valuesOf(backend, "mesh", null, "GPS");
    should(values.map(({ address }) => address)).deepEqual([6]);
  });

  it("list every node but the module, and whether it is connected", async () => {
    await append("mesh/5/GPS", "a");
    await append("mesh/6/GPS", "b", NOW - 60_000);
    await append("mesh/7/GPS", "c", NOW - 600_000);
    await append("mesh/0/network", "d");
    should(await nodesOf(backend, "mesh", NOW)).deepEqual([
      { address: 5, isConnected: true },
      { address: 6, isConnected: true },
      { address: 7, isConnected: false },
    ]);
  });

  it("disconnect every node on a reset, until it is heard again", async () => {
    await append("mesh/5/GPS", "a");
    await append("mesh/6/GPS", "b");
    await resetNetwork(backend, "mesh", NOW);
    await append("mesh/6/GPS", "b", NOW + 1);
    should(await nodesOf(backend, "mesh", NOW + 1)).deepEqual([
      { address: 5, isConnected: false },
      { address: 6, isConnected: true },
    ]);
  });

  it("know a node by its presence, and one heard just now by its readings", async () => {
    await backend.put("presence.mesh/5", { firstSeen: NOW });
    await append("mesh/6/GPS", "a");
    should(await isKnown(backend, "mesh/5", false)).be.true();
    should(await isKnown(backend, "mesh/6", false)).be.false();
    should(await isKnown(backend, "mesh/6", true)).be.true();
    should(await isKnown(backend, "mesh/7", true)).be.false();
  });
});

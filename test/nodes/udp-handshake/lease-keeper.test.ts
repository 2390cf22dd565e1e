import should from "should";
import { openMemory } from "../../../backends/memory.ts";
import type { StoreBackendNode } from "../../../nodes/store-backend.ts";
import { type KeptLease, MemoryKeeper, StoreKeeper } from "../../../nodes/udp-handshake/lease-keeper.ts";

const A = { address: "10.0.0.1", port: 4000 };
const LEASE: KeptLease = { port: 55058, source: A, target: A, followed: true, internal: false, since: 7 };

function storeNode(backend = openMemory({ maxCount: 10, maxAgeMs: 0, maxSeries: 10 })): StoreBackendNode {
  return { backend, gateway: "gw", open: async () => backend } as unknown as StoreBackendNode;
}

function keeperOf(store: StoreBackendNode, id: string): StoreKeeper {
  return new StoreKeeper(store, id, (fault) => {
    throw fault;
  });
}

describe("leases that are kept", () => {
  it("are found again in the store, by the same node of the same gateway", async () => {
    const store = storeNode();
    const keeper = keeperOf(store, "n1");
    keeper.put(LEASE);
    keeper.put({ ...LEASE, port: 55059 });
    keeper.forget(55059);
    await keeper.settle();
    should(await keeperOf(store, "n1").load()).deepEqual([LEASE]);
    should(await keeperOf(store, "n2").load()).be.empty();
    should((await store.backend!.keys("lease.")).map(({ key }) => key)).deepEqual(["lease.gw.n1.55058"]);
  });

  it("stay in memory where they are of this process, for as long as it lives", async () => {
    const store = storeNode();
    const internal = { ...LEASE, internal: true };
    keeperOf(store, "n3").put(internal);
    should(await keeperOf(storeNode(), "n3").load()).deepEqual([internal]);
    should(await store.backend!.keys("lease.")).be.empty();
    keeperOf(store, "n3").forget(LEASE.port);
    should(await keeperOf(store, "n3").load()).be.empty();
  });

  it("stay in memory where there is no store", async () => {
    new MemoryKeeper("n4").put(LEASE);
    should(await new MemoryKeeper("n4").load()).deepEqual([LEASE]);
    new MemoryKeeper("n4").forget(LEASE.port);
    should(await new MemoryKeeper("n4").load()).be.empty();
  });

  for (const value of [
    5,
    { ...LEASE, port: 0 },
    { ...LEASE, port: "55058" },
    { ...LEASE, target: { address: "gateway.example", port: 1 } },
    { ...LEASE, source: null },
    { ...LEASE, followed: 1 },
    { ...LEASE, internal: true },
    { ...LEASE, since: "long ago" },
  ]) {
    it(`are not read from ${JSON.stringify(value)}`, async () => {
      const store = storeNode();
      await store.backend!.put("lease.gw.n5.55058", value);
      should(await keeperOf(store, "n5").load()).be.empty();
    });
  }

  it("say so, each, when the store takes them no more", async () => {
    const store = storeNode();
    const faults: string[] = [];
    const keeper = new StoreKeeper(store, "n6", ({ message }) => faults.push(message));
    const { put } = store.backend!;
    store.backend!.put = () => Promise.reject(new Error("the disk is full"));
    keeper.put(LEASE);
    await keeper.settle();
    store.backend!.put = put;
    keeper.put({ ...LEASE, port: 55059 });
    await keeper.settle();
    should(faults).deepEqual(["the disk is full"]);
  });
});

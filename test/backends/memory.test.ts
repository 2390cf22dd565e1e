/** The memory backend: what every backend promises, and that a restart is a new epoch. */
import should from "should";
import { openMemory } from "../../backends/memory.ts";
import { describeBackend, ROOMY } from "./conformance.ts";

describeBackend("the memory backend", { open: async (retention) => openMemory(retention), clean: async () => {} });

describe("the memory backend", () => {
  it("has another epoch each time", async () => {
    const stores = [openMemory(ROOMY), openMemory(ROOMY)];
    should(stores[0]!.epoch).not.equal(stores[1]!.epoch);
    should(stores[0]!.epoch).match(/^[0-9a-z]{1,32}$/);
    await Promise.all(stores.map((store) => store.close()));
  });
});

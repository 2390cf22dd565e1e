/** Backends kept while their node is away. */
import should from "should";
import { openMemory } from "../../backends/memory.ts";
import { adopt, closeParked, park } from "../../backends/parking.ts";

const open = async () => openMemory({ maxCount: 10, maxAgeMs: 0, maxSeries: 10 });
const isClosed = (backend: Awaited<ReturnType<typeof open>>) =>
  backend.append("mesh/5/GPS", { value: 1, time: 1 }).then(
    () => false,
    ({ code }) => code === "closed",
  );

describe("parking", () => {
  afterEach(closeParked);

  it("gives a parked backend back to the same node with the same options, once", async () => {
    const backend = await open();
    park("a", "options", Promise.resolve(backend));
    should(await adopt("b", "options", open)).not.equal(backend);
    should(await adopt("a", "options", open)).equal(backend);
    should(await adopt("a", "options", open)).not.equal(backend);
  });

  it("closes one with other options before the new one is opened", async () => {
    const backend = await open();
    park("a", "options", Promise.resolve(backend));
    const other = await adopt("a", "others", async () => {
      should(await isClosed(backend)).be.true();
      return open();
    });
    should(other).not.equal(backend);
  });

  it("closes those that nobody takes up", async () => {
    const backend = await open();
    park("a", "options", Promise.resolve(backend));
    await closeParked();
    should(await isClosed(backend)).be.true();
  });

  it("opens anew where the parked one had failed to open", async () => {
    const failed = Promise.reject(new Error("no"));
    park("a", "options", failed);
    should(await isClosed(await adopt("a", "options", open))).be.false();
  });
});

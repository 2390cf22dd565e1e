/** Current values for many browsers at once. */
import should from "should";
import type { Backend } from "../../../backends/backend.ts";
import { openMemory } from "../../../backends/memory.ts";
import { READINGS } from "../../../lib/sse/event-form.ts";
import { type Snapshot, Snapshots } from "../../../nodes/sse-hub/snapshots.ts";

function textOf({ chunks }: Snapshot): string {
  return Buffer.concat(chunks).toString();
}

describe("snapshots", () => {
  let backend: Backend;
  let asked: string[][];

  beforeEach(() => {
    backend = openMemory({ maxCount: 10, maxAgeMs: 0, maxSeries: 10_000 });
    asked = [];
    const { latest } = backend;
    backend.latest = (filters) => {
      asked.push([...filters]);
      return latest.call(backend, filters);
    };
  });

  afterEach(() => backend.close());

  it("ask the store once for all who want the same topics in one turn", async () => {
    await backend.append("a/1/t", { time: 1, value: 1 });
    const snapshots = new Snapshots();
    const wanted = [["#", "b/#"], ["b/#", "#"], ["a/1/t"]];
    const taken = await Promise.all(
      Array.from({ length: 200 }, (_, n) => snapshots.take(backend, wanted[n % wanted.length]!, READINGS)),
    );
    asked.should.deepEqual([["#", "b/#"], ["a/1/t"]]);
    should(taken[0]).equal(taken[1]);
    textOf(taken[0]!).should.match(/"value":1/);
  });

  it("are taken anew in a later turn, and after a fault", async () => {
    const snapshots = new Snapshots();
    (await snapshots.take(backend, ["#"], READINGS)).should.deepEqual({ chunks: [], upTo: 0 });
    await backend.append("a/1/t", { time: 1, value: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    (await snapshots.take(backend, ["#"], READINGS)).upTo.should.equal(1);
    await new Promise((resolve) => setImmediate(resolve));
    backend.latest = () => Promise.reject(new Error("the disk is gone"));
    await should(snapshots.take(backend, ["#"], READINGS)).be.rejectedWith("the disk is gone");
    await new Promise((resolve) => setImmediate(resolve));
    backend.latest = () => Promise.resolve([]);
    (await snapshots.take(backend, ["#"], READINGS)).upTo.should.equal(1);
  });

  it("hold whole events in chunks of bounded length", async () => {
    for (let n = 0; n < 1000; n++) await backend.append(`a/${n}/t`, { time: 1, value: "x".repeat(200) });
    const { chunks } = await new Snapshots().take(backend, ["#"], READINGS);
    chunks.length.should.be.aboveOrEqual(4);
    for (const chunk of chunks) {
      chunk.length.should.be.below(66 * 1024);
      chunk.toString().should.match(/^data: .*\n\n$/s);
    }
    [
      ...Buffer.concat(chunks)
        .toString()
        .matchAll(/"topic"/g),
    ].length.should.equal(1000);
  });
});

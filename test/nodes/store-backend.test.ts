/** `store-backend` in a real runtime: its options, its faults, and its life over redeploys. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import should from "should";
import type { ConditionListener } from "../../backends/backend.ts";
import { openFile } from "../../backends/file.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { readStoreOptions, type StoreBackendNode } from "../../nodes/store-backend.ts";
import {
  deploy,
  loggedErrors,
  loggedWarnings,
  nodeOf,
  redeploy,
  startRuntime,
  stopRuntime,
  unload,
} from "../support/runtime.ts";
import { Collected, type Message, STORE_NODES, storeFlow } from "../support/store-flow.ts";

const store = () => nodeOf<StoreBackendNode>("store");

async function storeOne(payload: unknown): Promise<Message> {
  const stored = new Collected("stored");
  nodeOf("in").receive({ topic: "mesh/5/GPS", payload } as Message);
  return (await stored.atLeast(1))[0]!;
}

/** Resolves when a node next shows this colour. */
function nextStatus(id: string, fill: string): Promise<void> {
  const node = nodeOf(id);
  const show = node.status.bind(node);
  return new Promise((resolve) => {
    node.status = (status) => {
      show(status);
      if (typeof status === "object" && status.fill === fill) resolve();
    };
  });
}

describe("the options of store-backend", () => {
  const read = (fields: Message, hasSqlite = true) => readStoreOptions(fields, "/user", hasSqlite);

  /** Node-RED leaves a variable that is not set as it stands. */
  const unset = (name: string) => `\${GATEHOUSE_${name}}`;

  it("have defaults where fields are empty or name variables that are not set", () => {
    for (const fields of [{}, { kind: unset("BACKEND"), directory: "", gateway: unset("GATEWAY") }]) {
      should(read(fields)).deepEqual({
        kind: "file",
        directory: "/user/gatehouse",
        gateway: hostname(),
        retention: { maxCount: 10_000, maxAgeMs: 7 * 86_400_000, maxTopicBytes: 96 * 1024 * 1024, maxSeries: 10_000 },
      });
    }
    should(read({}, false).kind).equal("memory");
  });

  it("take a directory relative to the user directory, or from the root", () => {
    should(read({ directory: "data" }).directory).equal("/user/data");
    should(read({ directory: "/var/data" }).directory).equal("/var/data");
  });
});

describe("store-backend", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("keeps memory, epoch and cursors over a redeploy", async () => {
    await deploy(STORE_NODES, storeFlow());
    const { cursor } = await storeOne(1);
    const [epoch] = String(cursor).split("-");
    await redeploy([...storeFlow(), { id: "more", z: "tab", type: "helper" }]);
    should((await storeOne(2)).cursor).equal(`${epoch}-2`);
    should(await store().backend!.latest(["#"])).have.length(1);
  });

  it("starts memory anew where its bounds have changed", async () => {
    await deploy(STORE_NODES, storeFlow());
    const { cursor } = await storeOne(1);
    await redeploy(storeFlow({ maxCount: "2000" }));
    const other = (await storeOne(2)).cursor;
    should(other).match(/-1$/).and.not.equal(cursor);
  });

  it("closes a parked store whose node did not come back", async () => {
    await deploy(STORE_NODES, storeFlow());
    const backend = await store().open();
    await redeploy([{ id: "tab", type: "tab" }]);
    await should(backend.append("mesh/5/GPS", { value: 1, time: 1 })).rejectedWith({ code: "closed" });
  });

  it("counts its readings under its name", async () => {
    await deploy(STORE_NODES, storeFlow({ name: "ours" }));
    await storeOne(1);
    const samples = collectSamples().filter(({ labels }) => labels.where === "store-backend:ours");
    const figures = Object.fromEntries(samples.map(({ name, value }) => [name, value]));
    should(figures).containEql({
      gatehouse_store_entries: 1,
      gatehouse_store_series: 1,
      gatehouse_store_appended_total: 1,
    });
  });

  describe("with a file", () => {
    const directory = mkdtempSync(join(tmpdir(), "gatehouse-store-"));
    after(() => rmSync(directory, { recursive: true, force: true }));
    const inFile = (fields: object = {}) => storeFlow({ kind: "file", directory, ...fields });

    it("goes on with history and cursors over redeploys, changed bounds and the end of the runtime", async () => {
      await deploy(STORE_NODES, inFile());
      const [epoch] = String((await storeOne(1)).cursor).split("-");
      await redeploy([...inFile(), { id: "more", z: "tab", type: "helper" }]);
      should((await storeOne(2)).cursor).equal(`${epoch}-2`);
      await redeploy(inFile({ maxCount: "5000" }));
      should((await storeOne(3)).cursor).equal(`${epoch}-3`);
      await unload();
      await deploy(STORE_NODES, inFile());
      should((await storeOne(4)).cursor).equal(`${epoch}-4`);
      const backend = await store().open();
      const history = await backend.history("mesh/5/GPS", { limit: 10 });
      should(history.map(({ value }) => value)).deepEqual([1, 2, 3, 4]);
    });

    it("keeps what came in until the last moment before the runtime ends", async () => {
      await deploy(STORE_NODES, inFile());
      await storeOne("last");
      await unload();
      const backend = await openFile({ directory, retention: { maxCount: 10_000, maxAgeMs: 0, maxSeries: 100 } });
      const [entry] = await backend.latest(["mesh/5/GPS"]);
      await backend.close();
      should(entry).containEql({ value: "last" });
    });

    it("is refused to a second owner, who shows it", async () => {
      await deploy(STORE_NODES, [...inFile(), { id: "second", type: "gh-store-backend", kind: "file", directory }]);
      // Both open at once; either may be first.
      const opened = await Promise.allSettled([store().open(), nodeOf<StoreBackendNode>("second").open()]);
      const refused = opened.filter((one) => one.status === "rejected");
      should(refused).have.length(1);
      should(refused[0]!.reason).have.property("code", "owned");
    });

    it("shows a disk that takes no readings on the nodes that use it, and says so once, and once when it takes them", async () => {
      const flow = [...inFile(), { id: "feed", z: "tab", type: "gh-store-feed", store: "store", wires: [[], []] }];
      await deploy(STORE_NODES, flow);
      const backend = await store().open();
      const observe = backend.observe.bind(backend);
      const observing = new Promise<ConditionListener>((resolve) => {
        backend.observe = (listener) => {
          observe(listener);
          resolve(listener);
        };
      });
      await redeploy([...flow, { id: "more", z: "tab", type: "helper" }]);
      const tell = await observing;
      for (const [detail, fill] of [
        ["disk full", "yellow"],
        ["", "green"],
      ] as const) {
        const shown = ["in", "feed"].map((id) => nextStatus(id, fill));
        tell({ name: detail ? "unsaved" : "sound", detail });
        tell({ name: detail ? "unsaved" : "sound", detail });
        await Promise.all(shown);
        should(store().backend).equal(backend);
      }
      should(loggedWarnings().filter((text) => text.startsWith("readings"))).deepEqual([
        "readings are kept in memory only: disk full",
        "readings reach the disk again",
      ]);
    });

    it("opens anew where its worker has ended, and goes on", async () => {
      const flow = [...inFile(), { id: "feed", z: "tab", type: "gh-store-feed", store: "store", wires: [["fed"], []] }];
      const started = once(process, "worker");
      await deploy(STORE_NODES, [...flow, { id: "fed", z: "tab", type: "helper" }]);
      const fed = new Collected("fed");
      await storeOne("before");
      await fed.atLeast(1);
      const [worker] = (await started) as [Worker];
      const ready = new Promise<void>((resolve) => {
        const names: string[] = [];
        store().subscribe(({ name }) => {
          if (names.push(name) > 2 && name === "ready") resolve();
        });
      });
      await worker.terminate();
      await ready;
      await storeOne("after");
      should((await fed.atLeast(2)).map(({ payload }) => payload)).deepEqual(["before", "after"]);
      should(loggedErrors()).match([/^the store's worker ended/]);
    });

    it("shows a directory that cannot be made", async () => {
      const blocked = join(directory, "store.sqlite", "below");
      await deploy(STORE_NODES, storeFlow({ kind: "file", directory: blocked }));
      await should(store().open()).rejectedWith({ code: "unwritable" });
      should(loggedErrors()).have.length(1);
    });
  });

  for (const [fields, fault] of [
    [{ kind: "nats://broker:4222" }, /"kind" nats:\/\/broker:4222: NATS comes later/],
    [{ kind: "postgres" }, /"kind" must be memory or file, got postgres/],
    [{ gateway: "a b" }, /"gateway" must be/],
    [{ maxCount: "0" }, /"maxCount" must be 1\.\.10000000, got 0/],
    [{ maxAgeDays: "-1" }, /"maxAgeDays" must be/],
  ] as const) {
    it(`shows ${JSON.stringify(fields)} on the nodes that use it, logs it once, and drops what comes`, async () => {
      await deploy(STORE_NODES, storeFlow(fields));
      const node = nodeOf("in") as unknown as { status: { args: [{ fill: string; text: string }][] } };
      should(node.status.args.at(-1)![0]).match({ fill: "red", text: fault });
      const stored = new Collected("stored");
      nodeOf("in").receive({ topic: "mesh/5/GPS", payload: 1 } as Message);
      nodeOf("in").receive({ topic: "mesh/5/GPS", payload: 2 } as Message);
      await should(store().open()).rejectedWith(fault);
      should(store().backend).be.null();
      await new Promise(setImmediate);
      const dropped = collectSamples().find(
        ({ name, labels }) => name === "gatehouse_dropped_total" && labels.reason === "store-failed",
      );
      should(dropped?.value).equal(2);
      should(stored.messages).be.empty();
      should(loggedErrors()).have.length(1);
    });
  }
});

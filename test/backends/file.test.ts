/** The file backend: what every backend promises, and what it owes to its disk. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Worker } from "node:worker_threads";
import should from "should";
import type { Backend, Condition, Gap, Retention } from "../../backends/backend.ts";
import { DATABASE_NAME, openFile } from "../../backends/file.ts";
import { checkBalance, describeBackend, ROOMY, sequenceOf } from "./conformance.ts";
import { killWriters } from "./killing.ts";

let folder = "";

function makeFolder(): string {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-store-"));
  return folder;
}

function removeFolder(): void {
  rmSync(folder, { recursive: true, force: true });
}

describeBackend("the file backend", {
  open: (retention) => openFile({ directory: join(makeFolder(), "data"), retention }),
  clean: async () => removeFolder(),
});

describe("the file backend", () => {
  let open: Backend[] = [];

  beforeEach(makeFolder);

  afterEach(async () => {
    await Promise.all(open.map((backend) => backend.close()));
    open = [];
    removeFolder();
  });

  async function openStore(retention: Partial<Retention> = {}, maxBytes = 0): Promise<Backend> {
    const backend = await openFile({ directory: folder, retention: { ...ROOMY, ...retention }, maxBytes });
    open.push(backend);
    return backend;
  }

  async function valuesOf(backend: Backend, topic: string): Promise<unknown[]> {
    return (await backend.history(topic, { limit: 1_000_000 })).map(({ value }) => value);
  }

  describe("after a restart", () => {
    it("goes on with its epoch, cursor, history, outboxes, queues, keys and identities", async () => {
      const first = await openStore();
      const raw = Buffer.from([0, 255]);
      const values = [1.5, Number.NaN, "zero \u0000, lone \ud800", true, null, { a: [1] }, Buffer.from([0, 200])];
      for (const value of values) await first.append("mesh/1/T", { time: 1000, value, raw });
      await first.append("$out/mesh/1", { time: 1, value: "command" });
      for (const value of [1, 2, 3]) await first.append("$queue/jobs", { time: 1, value });
      await (await first.take("jobs"))!.ack();
      await first.take("jobs");
      const cursor = await first.append("mesh/2/T", { time: 2, value: 7 }, { dedupe: "id-1" });
      await first.put("token.a", { digest: "x" });
      await first.put("gone", 1);
      await first.put("gone", null);
      await first.put("short", 1, { ttlMs: 1 });
      const [head, epoch] = [first.head(), first.epoch];
      await first.close();

      const second = await openStore();
      should(second.epoch).equal(epoch);
      should(second.head()).equal(head);
      const entries = await second.history("mesh/1/T", { limit: 100 });
      should(entries.map((entry) => entry.value)).deepEqual(values);
      should(entries.map((entry) => [...entry.raw!])).deepEqual(Array(7).fill([0, 255]));
      should(await valuesOf(second, "$out/mesh/1")).deepEqual(["command"]);
      should(await second.size("jobs")).equal(2);
      should((await second.take("jobs"))!.entry.value).equal(2);
      should(await second.append("mesh/2/T", { time: 2, value: 7 }, { dedupe: "id-1" })).equal(cursor);
      should(await valuesOf(second, "mesh/2/T")).deepEqual([7]);
      should(await second.keys("")).deepEqual([{ key: "token.a", value: { digest: "x" } }]);
      should(sequenceOf(await second.append("mesh/2/T", { time: 3, value: 8 }))).equal(sequenceOf(head) + 1);
      checkBalance(second);
    });

    it("resumes a reader from its cursor without a gap", async () => {
      const first = await openStore();
      const cursors: string[] = [];
      for (let value = 0; value < 20; value++) {
        cursors.push(await first.append(`mesh/${value % 3}/T`, { time: value, value }));
      }
      await first.close();
      const second = await openStore();
      const { values, told } = await readFrom(second, cursors[9]!, 10);
      should(values).deepEqual(Array.from({ length: 10 }, (_, index) => 10 + index));
      should(told).be.empty();
    });

    it("does not bring back what retention or a trim removed, and still tells of the gap", async () => {
      const first = await openStore({ maxCount: 100 });
      for (let value = 0; value < 1000; value++) await first.append("mesh/1/T", { time: value, value });
      for (let value = 0; value < 10; value++) await first.append("mesh/2/T", { time: value, value });
      await first.trim("mesh/2/T");
      await first.close();
      const second = await openStore({ maxCount: 100 });
      should(await valuesOf(second, "mesh/1/T")).deepEqual(Array.from({ length: 100 }, (_, index) => 900 + index));
      should(await valuesOf(second, "mesh/2/T")).be.empty();
      const { told } = await readFrom(second, `${second.epoch}-5`, 100);
      should(told).have.length(1);
      should(told[0]!.from).equal(`${second.epoch}-5`);
      checkBalance(second);
    });
  });

  async function readFrom(backend: Backend, after: string, count: number) {
    const values: unknown[] = [];
    const told: Gap[] = [];
    const options = { after, signal: new AbortController().signal, onGap: (gap: Gap) => told.push(gap) };
    for await (const entry of backend.read(["mesh/#"], options)) if (values.push(entry.value) === count) break;
    return { values, told };
  }

  describe("after an unclean end", () => {
    it("has every acknowledged durable append once, tells of a gap, and uses no sequence twice", async () => {
      const killed = await killWriters(folder, 3, 100);
      should(killed.acknowledged.length).be.aboveOrEqual(300);
      should(killed).match({ lost: 0, duplicates: 0 });
    });

    it("goes on above every sequence that can have been handed out, and tells who resumes", async () => {
      const script = `
        const { openFile } = await import(${JSON.stringify(join(import.meta.dirname, "../../backends/file.ts"))});
        const store = await openFile({ directory: ${JSON.stringify(folder)}, retention: ${JSON.stringify(ROOMY)} });
        await store.append("mesh/1/T", { time: 1, value: "saved" }, { dedupe: "id" });
        const cursor = await store.append("mesh/1/T", { time: 2, value: "handed out, then lost" });
        (await import("node:fs")).writeSync(1, cursor);
        process.kill(process.pid, "SIGKILL");`;
      const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
        encoding: "utf8",
        timeout: 8000,
      });
      const handedOut = stdout.trim();
      should(sequenceOf(handedOut)).equal(2);

      const store = await openStore();
      should(await valuesOf(store, "mesh/1/T")).deepEqual(["saved"]);
      const next = await store.append("mesh/1/T", { time: 3, value: "next" });
      should(sequenceOf(next)).be.above(sequenceOf(handedOut));
      const resumed = await readFrom(store, handedOut, 1);
      should(resumed.values).deepEqual(["next"]);
      should(resumed.told).deepEqual([{ from: handedOut, to: `${store.epoch}-${sequenceOf(next) - 1}` }]);
      const fromStart = await readFrom(store, `${store.epoch}-0`, 2);
      should(fromStart.values).deepEqual(["saved", "next"]);
      should(fromStart.told).have.length(1);

      await store.close();
      const again = await openStore();
      should(again.head()).equal(next);
      should((await readFrom(again, handedOut, 1)).told).have.length(1);
      should((await readFrom(again, `${again.epoch}-${sequenceOf(next) - 1}`, 1)).told).be.empty();
    });
  });

  describe("its owner", () => {
    it("is one: a second open in this process or another is refused, naming the path", async () => {
      const store = await openStore();
      const path = join(folder, DATABASE_NAME);
      await should(openStore()).be.rejectedWith({ code: "owned", message: new RegExp(path) });
      const script = `
        const { openFile } = await import(${JSON.stringify(join(import.meta.dirname, "../../backends/file.ts"))});
        await openFile({ directory: ${JSON.stringify(folder)}, retention: ${JSON.stringify(ROOMY)} })
          .catch(({ code, message }) => console.log(code, message));`;
      const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
        encoding: "utf8",
        timeout: 8000,
      });
      should(stdout).startWith("owned ");
      should(await store.put("still", "works")).be.true();
      await store.close();
      should((await openStore()).kind).equal("file");
    });

    it("alone may read the database and its folder", async () => {
      const directory = join(folder, "data");
      const store = await openFile({ directory, retention: ROOMY });
      open.push(store);
      await store.put("k", 1);
      should(statSync(directory).mode & 0o777).equal(0o700);
      for (const ending of ["", "-wal"]) {
        should(statSync(join(directory, DATABASE_NAME + ending)).mode & 0o777).equal(0o600);
      }
    });
  });

  it("keeps no key on disk that has ended", async () => {
    const store = await openStore();
    const watching = store.watch("outcome.", { signal: new AbortController().signal });
    await store.put("lease.a", 1);
    void store.put("outcome.o.a", 1, { ttlMs: 20 });
    for await (const { value } of watching) if (value === null) break;
    await store.close();
    const db = new DatabaseSync(join(folder, DATABASE_NAME));
    should(db.prepare("SELECT name FROM key").all()).match([{ name: "lease.a" }]);
    should(db.prepare("SELECT name FROM key").all()).have.length(1);
    db.close();
  });

  it("says which Node has what it needs where this one has not", () => {
    const script = `
      const { openFile } = await import(${JSON.stringify(join(import.meta.dirname, "../../backends/file.ts"))});
      await openFile({ directory: ${JSON.stringify(folder)}, retention: ${JSON.stringify(ROOMY)} })
        .catch(({ code, message }) => console.log(code, message));`;
    const flags = ["--no-experimental-sqlite", "--input-type=module", "-e", script];
    const { stdout } = spawnSync(process.execPath, flags, { encoding: "utf8", timeout: 8000 });
    should(stdout).match(/^unsupported .*Node 22\.13/);
  });

  it("names the path where it cannot be opened", async () => {
    const directory = join(folder, "file");
    await openFile({ directory, retention: ROOMY }).then((store) => store.close());
    const below = join(directory, DATABASE_NAME);
    await should(openFile({ directory: below, retention: ROOMY })).be.rejectedWith({
      code: "unwritable",
      message: new RegExp(below),
    });
  });

  it("refuses durable appends while the disk is full, keeps readings, and recovers without a restart", async () => {
    const store = await openStore({}, 256 * 1024);
    const value = "x".repeat(2000);
    let kept = 0;
    const error = await (async () => {
      for (; ; kept++) await store.append("$out/mesh/1", { time: 1, value });
    })().catch((reason: unknown) => reason);
    should(error).match({ name: "BackendError", code: "unwritable" });
    await should(store.append("mesh/1/T", { time: 1, value }, { dedupe: "id" })).be.rejectedWith({
      code: "unwritable",
    });
    should(await valuesOf(store, "mesh/1/T")).be.empty();
    await store.append("mesh/1/T", { time: 0, value: "in memory" });
    should(await valuesOf(store, "mesh/1/T")).deepEqual(["in memory"]);
    should(await valuesOf(store, "$out/mesh/1")).have.length(kept);
    should(store.counts().dropped.unwritable).equal(2);
    checkBalance(store);

    await store.trim("$out/mesh/1");
    await store.append("mesh/1/T", { time: 1, value: "again" }, { dedupe: "id" });
    await store.append("$out/mesh/1", { time: 1, value: "again" });
    await store.close();
    const next = await openStore();
    should(await valuesOf(next, "mesh/1/T")).deepEqual(["in memory", "again"]);
    should(await valuesOf(next, "$out/mesh/1")).deepEqual(["again"]);
  });

  describe("while the disk takes no readings", () => {
    const value = "x".repeat(2000);

    /** Resolves with a store whose disk is full, once it has said so; `heard` lists what it says. */
    async function openFull(readings: number) {
      const store = await openStore({}, 256 * 1024);
      const heard: Condition[] = [];
      let tell = (_: Condition) => {};
      const next = () =>
        new Promise<Condition>((resolve) => {
          tell = resolve;
        });
      store.observe((condition) => {
        heard.push(condition);
        tell(condition);
      });
      const isFull = async () =>
        store
          .append("$out/mesh/1", { time: 1, value })
          .then(() => false)
          .catch(() => true);
      while (!(await isFull()));
      const unsaved = next();
      for (let time = 1; time <= readings; time++) await store.append("mesh/1/T", { time, value });
      await unsaved;
      return { store, heard, next };
    }

    it("says so once, says how many wait, and says when they are written", async () => {
      const { store, heard, next } = await openFull(20);
      should(heard).match([{ name: "sound" }, { name: "unsaved", detail: /full/ }]);
      should(store.counts()).match({ unwritten: 20, dropped: { unsaved: 0 } });
      const sound = next();
      await store.trim("$out/mesh/1");
      should(await sound).containEql({ name: "sound" });
      should(heard).have.length(3);
      should(store.counts().unwritten).equal(0);
      await store.close();
      should(await valuesOf(await openStore(), "mesh/1/T")).have.length(20);
    });

    it("counts what is given up at the end, and tells who resumes of the gap", async () => {
      const { store } = await openFull(20);
      const head = store.head();
      await store.close();
      should(store.counts()).match({ unwritten: 0, dropped: { unsaved: 20 } });
      const next = await openStore();
      await next.append("mesh/1/T", { time: 1, value: "next" });
      const { told, values } = await readFrom(next, head, 1);
      should(values).deepEqual(["next"]);
      should(told).have.length(1);
    });
  });

  it("says when its worker has ended, ends its readers with its close, and can be opened anew", async () => {
    const started = once(process, "worker");
    const store = await openStore();
    const [worker] = (await started) as [Worker];
    await store.append("mesh/1/T", { time: 1, value: "saved" }, { dedupe: "id" });
    const heard: Condition[] = [];
    const ended = new Promise<void>((resolve) => {
      store.observe((condition) => {
        heard.push(condition);
        if (condition.name === "ended") resolve();
      });
    });
    await worker.terminate();
    await ended;
    should(heard).match([{ name: "sound" }, { name: "ended", detail: /^the store's worker ended/ }]);
    await should(store.put("key", 1)).rejectedWith({ code: "unwritable", message: /the store's worker ended/ });
    await store.append("mesh/1/T", { time: 2, value: "lost" });
    const reading = readFrom(store, store.head(), 1);
    await store.close();
    should((await reading).values).be.empty();
    should(store.counts().dropped.unsaved).equal(1);
    should(await valuesOf(await openStore(), "mesh/1/T")).deepEqual(["saved"]);
  });
});

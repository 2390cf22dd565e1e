/** `store-feed` in a real runtime: readings by filter, from every kind of start. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import type { StoreBackendNode } from "../../nodes/store-backend.ts";
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

function feedFlow(feed: object, store: object = {}): Message[] {
  return [
    ...storeFlow(store),
    { id: "feed", z: "tab", type: "gh-store-feed", store: "store", wires: [["fed"], ["gaps"]], ...feed },
    { id: "fed", z: "tab", type: "helper" },
    { id: "gaps", z: "tab", type: "helper" },
  ];
}

async function append(...readings: [topic: string, value: unknown][]): Promise<string[]> {
  const backend = await nodeOf<StoreBackendNode>("store").open();
  return Promise.all(
    readings.map(([topic, value], index) => backend.append(topic, { value, time: Date.now() + index })),
  );
}

const payloads = (messages: readonly Message[]) => messages.map(({ payload }) => payload);

describe("store-feed", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("hands on what its filters select, in order, in the form of a reading", async () => {
    await deploy(STORE_NODES, feedFlow({ filters: "mesh/+/GPS, board/#\n+/+/BAT" }));
    const fed = new Collected("fed");
    const backend = await nodeOf<StoreBackendNode>("store").open();
    const raw = Buffer.from([1, 2]);
    const time = Date.now();
    const cursor = await backend.append("mesh/5/GPS", { value: { longitude: 1 }, raw, time });
    await append(["mesh/5/TMP", 0], ["board/a/X", 1], ["robot/b/BAT", 2], ["robot/b/GPS", 0], ["mesh/6/GPS", 3]);
    const messages = await fed.atLeast(4);
    const { _msgid, ...first } = messages[0]!;
    should(first).deepEqual({
      device: "mesh/5",
      type: "GPS",
      payload: { longitude: 1 },
      raw,
      time,
      topic: "mesh/5/GPS",
      cursor,
    });
    should(payloads(messages).slice(1)).deepEqual([1, 2, 3]);
  });

  it("starts with the newest value of each topic, then goes on live without a repetition", async () => {
    const flow = feedFlow({ start: "latest", filters: "mesh/#" });
    await deploy(STORE_NODES, storeFlow());
    await append(["mesh/5/GPS", 1], ["mesh/6/GPS", 2], ["mesh/5/GPS", 3], ["robot/a/X", 4]);
    await redeploy(flow);
    const fed = new Collected("fed");
    await fed.atLeast(2);
    await append(["mesh/6/GPS", 5]);
    should(payloads(await fed.atLeast(3))).deepEqual([2, 3, 5]);
  });

  it("replays all that is kept, or what came after a cursor", async () => {
    await deploy(STORE_NODES, storeFlow());
    const [first] = await append(["mesh/5/GPS", 1], ["mesh/5/GPS", 2], ["mesh/5/GPS", 3]);
    await redeploy(feedFlow({ start: "cursor", cursor: "" }));
    should(payloads(await new Collected("fed").atLeast(3))).deepEqual([1, 2, 3]);
    await redeploy(feedFlow({ start: "cursor", cursor: first! }));
    const fed = new Collected("fed");
    await append(["mesh/5/GPS", 4]);
    should(payloads(await fed.atLeast(3))).deepEqual([2, 3, 4]);
  });

  it("hands on in one list those that come at once, where that is chosen, and a gap in its place", async () => {
    await deploy(STORE_NODES, storeFlow());
    await append(["mesh/5/GPS", 1], ["mesh/5/GPS", 2]);
    await redeploy(feedFlow({ send: "list", start: "cursor", cursor: "elsewhere-7" }));
    const [fed, gaps] = [new Collected("fed"), new Collected("gaps")];
    const [list] = await fed.atLeast(1);
    should((list!.payload as Message[]).map(({ topic, payload }) => [topic, payload])).deepEqual([
      ["mesh/5/GPS", 1],
      ["mesh/5/GPS", 2],
    ]);
    should(list).not.have.property("topic");
    should((await gaps.atLeast(1))[0]).containEql({ type: "gap" });
    await append(["robot/ben/X", 3]);
    const [, next] = await fed.atLeast(2);
    should(next!.payload).have.length(1);
  });

  it("continues over a redeploy where it stopped", async () => {
    const flow = feedFlow({ start: "continue" });
    await deploy(STORE_NODES, flow);
    const before = new Collected("fed");
    await append(["mesh/5/GPS", 1], ["mesh/5/GPS", 2]);
    await before.atLeast(2);
    await redeploy(storeFlow().concat(flow.filter(({ id }) => id === "fed" || id === "gaps")));
    await append(["mesh/5/GPS", 3]);
    await redeploy(flow);
    const after = new Collected("fed");
    await append(["mesh/5/GPS", 4]);
    should(payloads(await after.atLeast(4))).deepEqual([1, 2, 3, 4]);
  });

  for (const start of ["now", "latest"]) {
    it(`hands on, from ${start}, what waited while the store was being opened`, async () => {
      const directory = mkdtempSync(join(tmpdir(), "gatehouse-store-"));
      await deploy(STORE_NODES, feedFlow({ start }, { kind: "file", directory }));
      should(nodeOf<StoreBackendNode>("store").backend).be.null();
      const fed = new Collected("fed");
      for (const payload of [1, 2, 3]) nodeOf("in").receive({ topic: "mesh/5/GPS", payload } as Message);
      should(payloads(await fed.atLeast(3))).deepEqual([1, 2, 3]);
      await unload();
      rmSync(directory, { recursive: true, force: true });
    });
  }

  describe("when a deploy restarts it", () => {
    /** Restarts only the feed, and stores one reading while it is away. */
    async function restart(fields: object): Promise<Collected> {
      const store = nodeOf<StoreBackendNode>("store");
      nodeOf("feed").on("close", () => void store.backend!.append("mesh/6/GPS", { value: "away", time: Date.now() }));
      await redeploy(feedFlow({ name: "other", ...fields }), "nodes");
      const fed = new Collected("fed");
      await append(["mesh/6/GPS", "back"]);
      return fed;
    }

    for (const [start, expected] of [
      ["now", ["away", "back"]],
      ["latest", ["before", "away", "back"]],
      ["continue", ["away", "back"]],
    ] as const) {
      it(`misses nothing that came meanwhile, with start ${start}`, async () => {
        await deploy(STORE_NODES, feedFlow({ start }));
        const fed = new Collected("fed");
        await append(["mesh/5/GPS", "before"]);
        await fed.atLeast(1);
        should(payloads(await (await restart({ start })).atLeast(expected.length))).deepEqual(expected);
      });
    }

    it("goes on from where it began where nothing has come before", async () => {
      await deploy(STORE_NODES, feedFlow({}));
      should(payloads(await (await restart({})).atLeast(2))).deepEqual(["away", "back"]);
    });

    it("stops in time where the store does not keep its place, says so, and goes on all the same", async () => {
      await deploy(STORE_NODES, feedFlow({ start: "continue" }));
      const { backend } = nodeOf<StoreBackendNode>("store");
      const fed = new Collected("fed");
      await append(["mesh/5/GPS", "before"]);
      await fed.atLeast(1);
      const put = backend!.put.bind(backend);
      backend!.put = (key, ...rest) => (key.startsWith("feed.") ? new Promise(() => {}) : put(key, ...rest));
      should(payloads(await (await restart({ start: "continue" })).atLeast(2))).deepEqual(["away", "back"]);
      should(loggedWarnings()).containEql("the place was not kept within 2500 ms");
      backend!.put = put;
    });

    it("begins anew with other topics", async () => {
      await deploy(STORE_NODES, feedFlow({}));
      const fed = await restart({ filters: "mesh/6/GPS" });
      should(payloads(await fed.atLeast(1))).deepEqual(["back"]);
    });
  });

  it("tells of a gap by its second output", async () => {
    await deploy(STORE_NODES, feedFlow({ start: "cursor", cursor: "gone-7" }));
    const gaps = new Collected("gaps");
    const fed = new Collected("fed");
    const [cursor] = await append(["mesh/5/GPS", 1]);
    await fed.atLeast(1);
    const [gap] = await gaps.atLeast(1);
    should(gap).containEql({ type: "gap" });
    should((gap!.payload as { from: string }).from).equal("gone-7");
    should(fed.messages[0]).containEql({ cursor });
  });

  for (const [fields, fault] of [
    [{ store: "nobody" }, /"store" must be chosen/],
    [{ filters: "mesh/#/GPS" }, /"filters": .*# must be the last level/],
    [{ filters: "$queue/jobs" }, /"filters": .*selects no readings/],
    [{ start: "yesterday" }, /"start" must be one of now, latest, cursor, continue, got yesterday/],
    [{ start: "cursor", cursor: "x" }, /"cursor" must be <epoch>-<sequence>/],
  ] as const) {
    it(`stays inert and says so once with ${JSON.stringify(fields)}`, async () => {
      await deploy(STORE_NODES, feedFlow(fields));
      const node = nodeOf("feed") as unknown as { status: { args: [{ fill: string; text: string }][] } };
      should(node.status.args.at(-1)![0]).match({ fill: "red", text: fault });
      should(loggedErrors()).have.length(1);
    });
  }
});

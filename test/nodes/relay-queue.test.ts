/** `relay-queue` in a real runtime: put and next, what is told of depth and drops, wrong input. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import registerRelayQueue from "../../nodes/relay-queue.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { readFlows } from "../../scripts/flows.ts";
import {
  CHANGE,
  deploy,
  loggedErrors,
  nodeOf,
  redeploy,
  SWITCH,
  startRuntime,
  stopRuntime,
  unload,
} from "../support/runtime.ts";
import { Collected, type Message, STORE, STORE_NODES } from "../support/store-flow.ts";

const NODES = [...STORE_NODES, registerRelayQueue];

function queueFlow(queue: object = {}, store: object = {}): Message[] {
  return [
    { id: "tab", type: "tab", label: "test" },
    { ...STORE, ...store },
    { id: "queue", z: "tab", type: "gh-relay-queue", store: "store", wires: [["answers"], ["news"]], ...queue },
    { id: "answers", z: "tab", type: "helper" },
    { id: "news", z: "tab", type: "helper" },
    { id: "catch-all", z: "tab", type: "catch", scope: null, uncaught: false, wires: [["caught"]] },
    { id: "caught", z: "tab", type: "helper" },
  ];
}

let asked = 0;

function send(message: Message): void {
  nodeOf("queue").receive(message as never);
}

/** Each question is a session's own. */
async function ask(action: string, more: Message = {}): Promise<Message> {
  const id = `q${asked++}`;
  const answers = new Collected("answers");
  send({ action, _session: { type: "tcp", id }, ...more });
  return (await answers.atLeast(1)).at(-1)!;
}

/** Of what is on the disk, or as good as. */
async function payloads(count: number, more: Message): Promise<unknown[]> {
  await ask("size", more);
  const all: unknown[] = [];
  for (let index = 0; index < count; index++) all.push((await ask("next", more)).payload);
  return all;
}

/** All of one name, over all nodes and queues. */
function sample(name: string): number {
  return collectSamples().reduce((sum, one) => (one.name === name ? sum + one.value : sum), 0);
}

describe("relay-queue", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("answers next with the oldest message of that name, whole, to the session that asked, and with none", async () => {
    await deploy(NODES, queueFlow());
    const time = Date.now();
    send({ payload: { a: 1 }, device: "robot/benbot", user: "benbot", time, _session: { type: "tcp", id: "bot" } });
    send({ payload: Buffer.from([1, 255]), queue: "jason" });
    send({ payload: "third", device: "robot/benbot" });
    await ask("size", { queue: "benbot" });
    const answer = await ask("next", { queue: "benbot", more: "kept" });
    const { _msgid, _session, ...rest } = answer;
    should(rest).deepEqual({
      payload: { a: 1 },
      queue: "benbot",
      device: "robot/benbot",
      user: "benbot",
      time,
      more: "kept",
    });
    should(_session).deepEqual({ type: "tcp", id: `q${asked - 1}` });
    should(await payloads(2, { queue: "benbot" })).deepEqual(["third", "none"]);
    should(await payloads(2, { queue: "jason" })).deepEqual([Buffer.from([1, 255]), "none"]);
    should(await payloads(1, { queue: "nobody" })).deepEqual(["none"]);
  });

  it("peeks, tells its size, and is cleared", async () => {
    await deploy(NODES, queueFlow({ queue: "jobs" }));
    for (const payload of [1, 2, 3]) send({ payload });
    should((await ask("size")).payload).equal(3);
    should((await ask("peek")).payload).equal(1);
    should((await ask("clear")).payload).equal(3);
    should((await ask("peek")).payload).equal("none");
  });

  it("keeps the fields of an object as a list, in the order and with the digits of their text", async () => {
    await deploy(NODES, queueFlow({ form: "fields" }));
    const text = '{"token":"secret","b":1.0,"10":1726000000123456789,"user":"jason"}';
    const { token, ...payload } = JSON.parse(text) as Message;
    send({ payload, raw: Buffer.from(text), user: "benbot" });
    send({ payload: { Field1: "value1", Field2: "value2" }, user: "benbot" });
    send({ payload: {}, user: "benbot" });
    should(await payloads(3, { queue: "benbot" })).deepEqual([
      '["benbot", "b", 1.0, "benbot", "10", 1726000000123456789, "benbot", "user", "jason"]',
      '["benbot", "Field1", "value1", "benbot", "Field2", "value2"]',
      "none",
    ]);
  });

  it("tells depth and drops by its second output, as readings that a store takes", async () => {
    await deploy(NODES, queueFlow({ capacity: "6" }));
    const news = new Collected("news");
    for (let payload = 1; payload <= 8; payload++) send({ payload, queue: "benbot" });
    const readings = await news.atLeast(3);
    const told = readings.map(({ device, type, topic, payload }) => ({ device, type, topic, payload }));
    should(told).containEql({ device: "queue/benbot", type: "depth", topic: "queue/benbot/depth", payload: 6 });
    should(told).containEql({
      device: "queue/benbot",
      type: "dropped",
      topic: "queue/benbot/dropped",
      payload: { reason: "drop-oldest", count: 1, total: 2, all: 2 },
    });
    should(await payloads(7, { queue: "benbot" })).deepEqual([3, 4, 5, 6, 7, 8, "none"]);
    await news.atLeast(4);
    const counted = ["in_total", "out_total", "held"].map((name) => sample(`gatehouse_queue_${name}`));
    should(counted).deepEqual([8, 6, 0]);
    should(sample("gatehouse_dropped_total")).equal(2);
  });

  it("is kept short by the relay of the simulated robots, as that is wired in the shipped flow", async () => {
    const relay = readFlows("flows/simulators.json").filter(({ id }) => /^rsim-(depth|much|next|size|queue)$/.test(id));
    const feeds = relay.map((node) => ({ ...node, ...("store" in node && { store: "store" }), z: "tab" }));
    const putting = queueFlow({ wires: [["answers"], ["readings"]] });
    const readings = { id: "readings", z: "tab", type: "node-store", store: "store", wires: [[], []] };
    await deploy([...NODES, SWITCH, CHANGE], [...putting, readings, ...feeds]);
    for (let n = 0; n < 150; n++) send({ payload: `["sim-ada", "n", ${n}]`, queue: "sim-ada" });
    for (let n = 0; n < 150; n++) send({ payload: `["benbot", "n", ${n}]`, queue: "benbot" });
    const sizeOf = async (queue: string) => Number((await ask("size", { queue })).payload);
    while ((await sizeOf("sim-ada")) > 100) await new Promise((resolve) => setTimeout(resolve, 20));
    // Two that ask at once may each take one.
    should(await sizeOf("sim-ada")).be.above(90);
    should(await sizeOf("benbot")).equal(150);
    should(sample("gatehouse_dropped_total")).equal(0);
  });

  it("refuses what comes to a full queue with an error where that is chosen", async () => {
    await deploy(NODES, queueFlow({ capacity: "1", overflow: "reject", queue: "jobs" }));
    const caught = new Collected("caught");
    send({ payload: 1 });
    send({ payload: 2 });
    await caught.atLeast(1);
    should(caught.messages[0]!.error).match({ message: /queue "jobs" is full: it holds 1 messages/ });
    should(await payloads(2, {})).deepEqual([1, "none"]);
  });

  it("hands out no command after its deadline", async () => {
    await deploy(NODES, queueFlow({ delivery: "command", queue: "jobs", validFor: "0.05" }));
    send({ payload: "late", deadline: Date.now() - 1 });
    send({ payload: "own", deadline: Date.now() + 60_000 });
    should((await ask("peek")).deadline).be.above(Date.now() + 1000);
    send({ payload: "short" });
    should((await ask("next")).payload).equal("own");
    const before = Date.now();
    while (Date.now() <= before + 51);
    should((await ask("next")).payload).equal("none");
    should(sample("gatehouse_dropped_total")).equal(2);
  });

  it("gives every session all messages where that is chosen", async () => {
    await deploy(NODES, queueFlow({ sharing: "each", queue: "jobs" }));
    for (const payload of [1, 2]) send({ payload });
    const x = { _session: { type: "tcp", id: "x" } };
    const y = { _session: { type: "tcp", id: "y" } };
    should([await payloads(3, x), await payloads(2, y)]).deepEqual([
      [1, 2, "none"],
      [1, 2],
    ]);
    send({ payload: 3 });
    should((await ask("size", x)).payload).equal(1);
    send({ action: "leave", ...x });
    should(await payloads(1, x)).deepEqual([3]);
  });

  it("holds its messages over a redeploy, and on a file over a restart, and takes those that come while it opens", async () => {
    const directory = mkdtempSync(join(tmpdir(), "gatehouse-queue-"));
    const flow = (queue: object) => queueFlow({ queue: "jobs", ...queue }, { kind: "file", directory });
    await deploy(NODES, flow({}));
    for (const payload of [1, 2, 3]) send({ payload });
    should(await payloads(1, {})).deepEqual([1]);
    await redeploy(flow({ capacity: "7" }));
    should((await ask("size")).payload).equal(2);
    await unload();
    await deploy(NODES, flow({}));
    should(await payloads(3, {})).deepEqual([2, 3, "none"]);
    await unload();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const [message, fault] of [
    [{ payload: 1 }, /"queue" must be 1\.\.64 letters/],
    [{ payload: 1, queue: "../x" }, /"queue" must be 1\.\.64 letters/],
    [{ queue: "jobs" }, /"payload" is missing/],
    [{ queue: "jobs", payload: 1, deadline: "soon" }, /"deadline" must be milliseconds/],
    [{ queue: "jobs", action: "steal" }, /"action" must be one of put, next, peek, size, clear, leave/],
  ] as const) {
    it(`reports ${JSON.stringify(message)} to catch nodes`, async () => {
      await deploy(NODES, queueFlow());
      const caught = new Collected("caught");
      send({ ...message });
      should((await caught.atLeast(1))[0]!.error).match({ message: fault });
    });
  }

  for (const [fields, fault] of [
    [{ store: "" }, /"store" must be chosen/],
    [{ queue: "a b" }, /"queue" must be 1\.\.64/],
    [{ capacity: "0" }, /"capacity" must be 1\.\.1000000, got 0/],
    [{ delivery: "latest", sharing: "each" }, /"delivery" latest needs "sharing" share/],
  ] as const) {
    it(`stays inert and says so once with ${JSON.stringify(fields)}`, async () => {
      await deploy(NODES, queueFlow(fields));
      const node = nodeOf("queue") as unknown as { status: { args: [{ fill: string; text: string }][] } };
      should(node.status.args.at(-1)![0]).match({ fill: "red", text: fault });
      should(loggedErrors()).have.length(1);
    });
  }
});

/** Commands through `node-store` and `store-feed` in a real runtime: down by the outbox, outcomes back to the sender. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import should from "should";
import { MAX_KNOWN } from "../../../backends/known-commands.ts";
import type { DeviceRecord } from "../../../lib/store/devices.ts";
import { collectSamples } from "../../../nodes/shared/metrics.ts";
import type { StoreBackendNode } from "../../../nodes/store-backend.ts";
import { eventually } from "../../support/eventually.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { Collected, type Message, STORE_NODES, storeFlow } from "../../support/store-flow.ts";

const SESSION = { type: "browser", id: "b1" };
const COMMAND = { action: "command", device: "mesh/5", type: "message", _session: SESSION };

const send = (message: Message) => nodeOf("in").receive(message);

function commandFlow(feed: object = {}, store: object = {}): Message[] {
  return [
    ...storeFlow(store),
    { id: "feed", z: "tab", type: "gh-store-feed", store: "store", mode: "commands", networks: "mesh", ...feed },
    { id: "fed", z: "tab", type: "helper" },
    { id: "late", z: "tab", type: "helper" },
  ].map((node) => (node.id === "feed" ? { ...node, wires: [["fed"], ["late"]] } : node));
}

/** What a gateway's flow does after the wire. */
function answer(command: Message, action: string, more: object = {}): void {
  send({ ...command, payload: Buffer.from("frame"), action, ...more });
}

function sample(name: string, labels: Record<string, string> = {}): number {
  return collectSamples()
    .filter((one) => one.name === name && one.labels.where!.startsWith("node-store:in"))
    .filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

async function outbox(): Promise<unknown[]> {
  return nodeOf<StoreBackendNode>("store").backend!.history("$out/mesh/5", { limit: 10 });
}

describe("commands of node-store", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("go down by the outbox, and their outcomes back to whoever sent them", async () => {
    await deploy(STORE_NODES, commandFlow());
    const [fed, told] = [new Collected("fed"), new Collected("answers")];
    const deadline = Date.now() + 10_000;
    send({ ...COMMAND, id: "a", payload: Buffer.from([255, 0]), deadline, user: "ann" });
    send({ ...COMMAND, device: "mesh/6", payload: { speed: 1 } });
    const [first, second] = await fed.atLeast(2);
    const { _msgid, cursor, origin, ...command } = first!;
    should(command).deepEqual({
      ...{ device: "mesh/5", type: "message", topic: "mesh/5/message", id: "a", deadline, user: "ann" },
      payload: Buffer.from([255, 0]),
    });
    should(second).match({ device: "mesh/6", payload: { speed: 1 }, id: /^[0-9a-f-]{36}$/ });
    should(second).not.have.properties(["deadline", "redelivered", "user"]);
    answer(second!, "failed", { error: { message: "no line" } });
    answer(first!, "delivered");
    const outcomes = await told.atLeast(2);
    should(outcomes.map(({ _msgid: _, ...outcome }) => outcome)).deepEqual([
      {
        ...{ type: "outcome", id: second!.id, device: "mesh/6", _session: SESSION },
        payload: { id: second!.id, state: "failed", detail: "no line" },
      },
      { type: "outcome", id: "a", device: "mesh/5", payload: { id: "a", state: "delivered" }, _session: SESSION },
    ]);
    should(await outbox()).be.empty();
  });

  it("are told once, whatever comes later", async () => {
    await deploy(STORE_NODES, commandFlow());
    const [fed, told] = [new Collected("fed"), new Collected("answers")];
    send({ ...COMMAND, id: "a" });
    const [first] = await fed.atLeast(1);
    for (const action of ["delivered", "delivered", "failed"]) answer(first!, action);
    send({ ...COMMAND, id: "b" });
    answer((await fed.atLeast(2))[1]!, "failed");
    should((await told.atLeast(2)).map(({ payload }) => payload)).deepEqual([
      { id: "a", state: "delivered" },
      { id: "b", state: "failed" },
    ]);
  });

  it("that are late are never handed out: their senders hear that they expired", async () => {
    await deploy(STORE_NODES, storeFlow());
    const told = new Collected("answers");
    send({ ...COMMAND, id: "a", deadline: Date.now() - 1 });
    send({ ...COMMAND, id: "b", deadline: Date.now() + 500 });
    should((await told.atLeast(1))[0]!.payload).deepEqual({ id: "a", state: "expired" });
    const [{ value }] = (await outbox()) as [{ value: { deadline: number } }];
    await eventually(() => should(Date.now()).be.above(value.deadline));
    await redeploy(commandFlow());
    const [fed, late, later] = [new Collected("fed"), new Collected("late"), new Collected("answers")];
    send({ ...COMMAND, id: "c" });
    should((await fed.atLeast(1)).map(({ id }) => id)).deepEqual(["c"]);
    const expired = { id: "b", state: "expired" };
    should((await later.atLeast(1))[0]).containEql({ payload: expired, _session: SESSION });
    should((await late.atLeast(1))[0]).containEql({ type: "outcome", device: "mesh/5", payload: expired });
  });

  it("that nobody answers expire soon after their deadline", async () => {
    await deploy(STORE_NODES, commandFlow());
    const told = new Collected("answers");
    send({ ...COMMAND, id: "a", deadline: Date.now() + 500 });
    should((await told.atLeast(1))[0]!.payload).deepEqual({
      ...{ id: "a", state: "expired" },
      detail: "nobody said what became of it",
    });
    should(await outbox()).be.empty();
  });

  it("that fail after their deadline have expired", async () => {
    await deploy(STORE_NODES, commandFlow());
    const [fed, told] = [new Collected("fed"), new Collected("answers")];
    send({ ...COMMAND, id: "a", deadline: Date.now() + 60_000 });
    const [first] = await fed.atLeast(1);
    answer(first!, "failed", { deadline: Date.now() - 1, error: { message: "Error: the deadline passed" } });
    should((await told.atLeast(1))[0]!.payload).deepEqual({
      ...{ id: "a", state: "expired", detail: "the deadline passed" },
    });
  });

  it("find their senders over a redeploy, and are handed out again, marked", async () => {
    await deploy(STORE_NODES, commandFlow());
    const before = new Collected("fed");
    send({ ...COMMAND, id: "a" });
    await before.atLeast(1);
    await redeploy(commandFlow());
    const [fed, told] = [new Collected("fed"), new Collected("answers")];
    const [again] = await fed.atLeast(1);
    should(again).containEql({ id: "a", redelivered: true });
    answer(again!, "delivered");
    should((await told.atLeast(1))[0]).containEql({ payload: { id: "a", state: "delivered" }, _session: SESSION });
  });

  it("that the store cannot take fail at once", async () => {
    await deploy(STORE_NODES, storeFlow({ maxCount: "1" }));
    const [caught, told] = [new Collected("caught"), new Collected("answers")];
    send({ ...COMMAND, id: "a" });
    send({ ...COMMAND, id: "b" });
    should((await told.atLeast(1))[0]).match({ payload: { id: "b", state: "failed", detail: /nobody has acknowl/ } });
    should((await caught.atLeast(1))[0]!.error).match({ message: /holds 1 entries/ });
  });

  for (const [message, fault] of [
    [{ action: "command", type: "message" }, /"device" must be/],
    [{ ...COMMAND, id: "a b" }, /"id" must be/],
    [
      { action: "delivered", device: "mesh/5", id: "a", origin: "o" },
      /"cursor" must be the one that a store feed gave/,
    ],
    [{ action: "failed", device: "mesh/5", cursor: "e-1", origin: "o" }, /"id" must be/],
    [{ action: "delivered", device: "mesh/5", id: "a", cursor: "e-1" }, /"origin" must be/],
  ] as [Message, RegExp][]) {
    it(`lets Catch see ${JSON.stringify(message)} once`, async () => {
      await deploy(STORE_NODES, storeFlow());
      const caught = new Collected("caught");
      send(message);
      should(((await caught.atLeast(1))[0]!.error as Error).message).match(fault);
      should(await outbox()).be.empty();
    });
  }

  it("of one id are told apart: a repetition is refused while the first one is pending", async () => {
    await deploy(STORE_NODES, commandFlow());
    const [fed, caught, told] = [new Collected("fed"), new Collected("caught"), new Collected("answers")];
    send({ ...COMMAND, id: "a" });
    send({ ...COMMAND, id: "a" });
    should(((await caught.atLeast(1))[0]!.error as Error).message).match(/a command with "id" "a" is pending/);
    answer((await fed.atLeast(1))[0]!, "delivered");
    await told.atLeast(1);
    should(fed.messages).have.length(1);
    should(told.messages).have.length(1);
  });

  it("may have an id again once the first one of it is told", async () => {
    await deploy(STORE_NODES, commandFlow());
    const [fed, told] = [new Collected("fed"), new Collected("answers")];
    for (const [count, action] of [
      [1, "delivered"],
      [2, "failed"],
      [3, "delivered"],
    ] as const) {
      send({ ...COMMAND, id: "a" });
      answer((await fed.atLeast(count))[count - 1]!, action);
      should((await told.atLeast(count)).at(-1)!.payload).containEql({ id: "a", state: action });
    }
  });

  it("are counted: what came in is told, dropped or pending", async () => {
    await deploy(STORE_NODES, commandFlow());
    const [fed, told] = [new Collected("fed"), new Collected("answers")];
    for (const id of ["a", "b", "c", "b", "a b"]) send({ ...COMMAND, id });
    const [a, b] = await fed.atLeast(3);
    answer(a!, "delivered");
    answer(b!, "failed");
    await told.atLeast(2);
    should(sample("gatehouse_commands_in_total")).equal(5);
    should(sample("gatehouse_commands_pending")).equal(1);
    should(sample("gatehouse_command_outcomes_total")).equal(2);
    should(sample("gatehouse_command_outcomes_total", { state: "delivered" })).equal(1);
    should(sample("gatehouse_dropped_total")).equal(2);
    should(sample("gatehouse_dropped_total", { reason: "duplicate" })).equal(1);
    should(sample("gatehouse_store_in_total")).equal(0);
  });

  describe("that were delivered", () => {
    async function ask(message: Message): Promise<unknown> {
      const asked = new Collected("answers");
      send(message);
      return (await asked.atLeast(1))[0]!.payload;
    }

    async function untilKnown(isRight: (commands: object) => boolean): Promise<void> {
      let known: object = {};
      do [{ commands: known = {} }] = (await ask({ action: "devices", device: "mesh/5" })) as [DeviceRecord];
      while (!isRight(known));
    }

    const untilAre = (commands: object) => untilKnown((known) => isDeepStrictEqual(known, commands));

    /** Each is answered by its gateway, and its sender told, before the next one. */
    async function deliver(...commands: Message[]): Promise<void> {
      const [fed, told] = [new Collected("fed"), new Collected("answers")];
      for (const [index, command] of commands.entries()) {
        send({ ...COMMAND, ...command });
        answer((await fed.atLeast(index + 1))[index]!, command.id === "refused" ? "failed" : "delivered");
        await told.atLeast(index + 1);
      }
    }

    it("are known of their device, by the kind of their payload, over a restart, until it is forgotten", async () => {
      const directory = mkdtempSync(join(tmpdir(), "gatehouse-known-"));
      const flow = commandFlow({}, { kind: "file", directory });
      await deploy(STORE_NODES, flow);
      send({ topic: "mesh/5/n", payload: 1 });
      const numbers = [5, 2, 9].map((payload) => ({ type: "level", payload }));
      const fields = { low: 1, name: "a secret" };
      await deliver({ type: "reset" }, { type: "wrong", id: "refused" }, ...numbers, {
        type: "limits",
        payload: fields,
      });
      await deliver({ payload: Buffer.from("bytes") }, { payload: "a secret" });
      const all = {
        level: { kind: "number", min: 2, max: 9 },
        limits: { kind: "object", fields: { low: "number", name: "text" } },
        message: { kind: "text" },
        reset: { kind: "none" },
      };
      await untilAre(all);
      await unload();
      await deploy(STORE_NODES, flow);
      await untilAre(all);
      should(sample("gatehouse_dropped_total")).equal(0);
      await ask({ action: "forget", device: "mesh/5" });
      send({ topic: "mesh/5/n", payload: 1 });
      await untilAre({});
      await unload();
      rmSync(directory, { recursive: true });
    });

    it("are known up to a number: the oldest gives way, and is counted", async () => {
      await deploy(STORE_NODES, commandFlow());
      send({ topic: "mesh/5/n", payload: 1 });
      await deliver(...Array.from({ length: MAX_KNOWN + 2 }, (_, index) => ({ type: `c${index}` })));
      await untilKnown((known) => Object.hasOwn(known, `c${MAX_KNOWN + 1}`) && !Object.hasOwn(known, "c1"));
      await untilKnown((known) => Object.keys(known).length === MAX_KNOWN);
      should(sample("gatehouse_dropped_total", { reason: "full" })).equal(2);
    });
  });
});

describe("store-feed of commands", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("serves several networks, one a line or parted by commas", async () => {
    await deploy(STORE_NODES, commandFlow({ networks: "board, mesh\nsite" }));
    const fed = new Collected("fed");
    for (const device of ["site/1", "solar/1", "mesh/1", "board/1"]) send({ ...COMMAND, device });
    should((await fed.atLeast(3)).map(({ device }) => device)).deepEqual(["site/1", "mesh/1", "board/1"]);
  });

  for (const [fields, fault] of [
    [{ networks: "" }, /"networks" must be set/],
    [{ networks: "mesh/5" }, /"networks" must be names such as mesh, got "mesh\/5"/],
    [{ mode: "orders" }, /"mode" must be one of readings, commands/],
    [{ store: "" }, /"store" must be chosen/],
  ] as const) {
    it(`stays inert and says so once with ${JSON.stringify(fields)}`, async () => {
      await deploy(STORE_NODES, commandFlow(fields));
      should(loggedErrors()).have.length(1);
      should(loggedErrors()[0]).match(fault);
    });
  }
});

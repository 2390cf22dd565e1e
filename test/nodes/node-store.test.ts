/** `node-store` in a real runtime: readings in, stored readings and answers out. */
import should from "should";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import type { StoreBackendNode } from "../../nodes/store-backend.ts";
import { deploy, loggedErrors, nextInput, nodeOf, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { Collected, type Message, STORE_NODES, storeFlow } from "../support/store-flow.ts";

const send = (message: Message) => nodeOf("in").receive(message);

async function ask(message: Message): Promise<unknown> {
  const answer = nextInput("answers");
  send(message);
  return (await answer).payload;
}

function sample(name: string): number {
  return collectSamples()
    .filter((one) => one.name === name && one.labels.where === "node-store:in")
    .reduce((sum, { value }) => sum + value, 0);
}

describe("node-store", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("hands on each reading in order, with topic, time and cursor, and all else untouched", async () => {
    await deploy(STORE_NODES, storeFlow());
    const collected = new Collected("stored");
    for (let index = 1; index <= 50; index++) {
      send({ device: "mesh/5", type: "GPS", payload: index, time: index * 10, _session: "kept" });
    }
    const messages = await collected.atLeast(50);
    const { epoch } = nodeOf<StoreBackendNode>("store").backend!;
    messages.forEach((message, index) => {
      should(message).containEql({
        device: "mesh/5",
        type: "GPS",
        topic: "mesh/5/GPS",
        payload: index + 1,
        time: (index + 1) * 10,
        cursor: `${epoch}-${index + 1}`,
        _session: "kept",
      });
    });
  });

  it("takes a list of readings, stores what is right in it, and reports the rest once", async () => {
    await deploy(STORE_NODES, storeFlow());
    const stored = nextInput("stored");
    const caught = new Collected("caught");
    send({
      payload: [
        { topic: "mesh/5/GPS", payload: 1 },
        { topic: "mesh/5", payload: 2 },
        null,
        { topic: "mesh/6/GPS", payload: 3 },
      ],
    });
    const list = (await stored).payload as Message[];
    should(list.map(({ device, payload }) => [device, payload])).deepEqual([
      ["mesh/5", 1],
      ["mesh/6", 3],
    ]);
    const [fault] = await caught.atLeast(1);
    should((fault!.error as Error).message).match(/2 of 4 readings refused: "device" must be/);
  });

  it("tells of a list's readings with an id in a list: what is stored, and what was refused", async () => {
    await deploy(STORE_NODES, storeFlow());
    const collected = new Collected("answers");
    send({
      payload: [
        { topic: "mesh/5/GPS", payload: 1, id: "a" },
        { topic: "mesh/5", payload: 2, id: "b" },
        { topic: "mesh/6/GPS", payload: 3, id: "c" },
        { topic: "mesh/6/GPS", payload: 4 },
      ],
    });
    const told = (await collected.atLeast(2)).flatMap(({ list, payload, ...one }) =>
      list ? (payload as Message[]) : [one],
    );
    should(told.map(({ id, action }) => [id, action]).sort()).deepEqual([
      ["a", "delivered"],
      ["b", "failed"],
      ["c", "delivered"],
    ]);
  });

  it("takes the digits of a limit as an HTTP request brings them", async () => {
    await deploy(STORE_NODES, storeFlow());
    for (const payload of [1, 2, 3]) send({ topic: "mesh/5/GPS", payload });
    const history = (await ask({ action: "history", topic: "mesh/5/GPS", limit: "2", from: "0" })) as unknown[];
    should(history).have.length(2);
  });

  it("stores equal values too, but hands on only different ones where told so", async () => {
    await deploy(STORE_NODES, storeFlow({}, { onlyDifferent: true }));
    const collected = new Collected("stored");
    for (const payload of [{ a: 1 }, { a: 1 }, { a: 2 }, { a: 2 }, 3]) send({ topic: "mesh/5/GPS", payload });
    const history = (await ask({ action: "history", topic: "mesh/5/GPS" })) as unknown[];
    should(history).have.length(5);
    should(collected.messages.map(({ payload }) => payload)).deepEqual([{ a: 1 }, { a: 2 }, 3]);
  });

  for (const [message, fault] of [
    [{ payload: 1 }, /"device" must be/],
    [{ device: "mesh/5", type: "G S", payload: 1 }, /"type" must be/],
    [{ topic: "mesh/5/GPS" }, /"payload" is missing/],
    [{ topic: "mesh/5/GPS", payload: () => 1 }, /cannot be stored/],
    [{ topic: 7, payload: [1] }, /1 of 1 readings refused: a reading must be an object/],
    [{ action: "explode" }, /"action" must be one of latest, history, devices, update, forget, got "explode"/],
    [{ action: "history", topic: "mesh/5/GPS", limit: 10_001 }, /"limit" must be 1..10000, got 10001/],
    [{ action: "forget" }, /"device" must be .* got nothing/],
    [
      { action: "update", device: "mesh/5", payload: { colour: "red" } },
      /may have name, uuid and labels, got "colour"/,
    ],
  ] as const) {
    it(`lets Catch see ${JSON.stringify(message)} once, and stores nothing`, async () => {
      await deploy(STORE_NODES, storeFlow());
      const caught = new Collected("caught");
      send({ ...message });
      const answer = ask({ action: "devices" });
      const [error] = await caught.atLeast(1);
      should((error!.error as Error).message).match(fault);
      should(await answer).deepEqual([]);
      should(caught.messages).have.length(1);
    });
  }

  it("answers latest, history and devices, and follows update and forget", async () => {
    await deploy(STORE_NODES, storeFlow({}, { staleAfter: "5", disconnectedAfter: "10" }));
    const stored = new Collected("stored");
    const time = Date.now();
    send({ topic: "mesh/5/GPS", payload: { longitude: 1 }, time: time - 1000, raw: Buffer.from([1, 2]) });
    send({ topic: "mesh/5/GPS", payload: { longitude: 2 }, time });
    send({ topic: "mesh/9/BAT", payload: 80, time: time - 7000 });
    const [first, second, third] = await stored.atLeast(3);

    should(await ask({ action: "latest", topic: "+/+/BAT" })).deepEqual([
      { device: "mesh/9", type: "BAT", topic: "mesh/9/BAT", payload: 80, time: time - 7000, cursor: third!.cursor },
    ]);
    should(await ask({ action: "history", device: "mesh/5", type: "GPS", to: time - 1 })).deepEqual([
      { time: time - 1000, value: { longitude: 1 }, cursor: first!.cursor },
    ]);

    const details = { name: "Roof", labels: { floor: "3" } };
    should(await ask({ action: "update", device: "mesh/5", payload: details })).deepEqual({
      device: "mesh/5",
      ...details,
    });
    should(await ask({ action: "update", device: "mesh/5", payload: { uuid: "u-1" } })).containEql({
      name: "Roof",
      uuid: "u-1",
    });
    const [five, nine] = (await ask({ action: "devices" })) as Message[];
    should(five).containEql({
      device: "mesh/5",
      name: "Roof",
      uuid: "u-1",
      labels: { floor: "3" },
      status: "active",
      firstSeen: time - 1000,
      staleAfterMs: 5000,
      disconnectedAfterMs: 10_000,
      types: { GPS: { value: { longitude: 2 }, time, cursor: second!.cursor } },
    });
    should(nine).containEql({ device: "mesh/9", status: "stale" });

    should(await ask({ action: "update", device: "mesh/5", type: "BAT", payload: 3 })).containEql({
      type: "BAT",
      value: 3,
    });
    const byHand = (await stored.atLeast(4))[3]!;
    should(byHand).containEql({ topic: "mesh/5/BAT", payload: 3 });
    should(byHand).not.have.property("action");

    should(await ask({ action: "forget", device: "mesh/5", type: "GPS" })).containEql({ topics: ["mesh/5/GPS"] });
    should(await ask({ action: "forget", device: "mesh/5" })).deepEqual({ device: "mesh/5", topics: ["mesh/5/BAT"] });
    should(((await ask({ action: "devices" })) as Message[]).map(({ device }) => device)).deepEqual(["mesh/9"]);
    const again = time + 1;
    send({ topic: "mesh/5/GPS", payload: 1, time: again });
    await stored.atLeast(5);
    should(await ask({ action: "devices", device: "mesh/5" })).match([{ name: null, firstSeen: again }]);
  });

  it("knows the uuid that a network tells of a device, until it tells another", async () => {
    await deploy(STORE_NODES, storeFlow());
    const uuid = "00112233-4455-6677-8899-aabbccddeeff";
    send({ topic: "mesh/5/connected", payload: uuid });
    send({ payload: [{ topic: "mesh/6/connected", payload: uuid.toUpperCase() }] });
    send({ topic: "mesh/7/connected", payload: "yes" });
    should(await ask({ action: "update", device: "mesh/5", payload: { name: "Roof" } })).containEql({ uuid });
    send({ topic: "mesh/5/connected", payload: uuid.replace("0", "f") });
    should(await ask({ action: "devices" })).match([
      { device: "mesh/5", name: "Roof", uuid: uuid.replace("0", "f") },
      { device: "mesh/6", uuid: uuid.toUpperCase() },
      { device: "mesh/7", uuid: null },
    ]);
  });

  it("counts what came in as stored, refused or held", async () => {
    await deploy(STORE_NODES, storeFlow({ maxSeries: "2" }));
    const caught = new Collected("caught");
    send({ payload: [1, 2, 3].map((index) => ({ topic: `mesh/${index}/GPS`, payload: index })) });
    send({ payload: 1 });
    await caught.atLeast(2);
    should(sample("gatehouse_store_in_total")).equal(4);
    should(sample("gatehouse_store_stored_total")).equal(2);
    should(sample("gatehouse_dropped_total")).equal(2);
    should(sample("gatehouse_store_held")).equal(0);
  });

  for (const [fields, fault] of [
    [{ store: "" }, /"store" must be chosen/],
    [{ staleAfter: "soon" }, /"staleAfter" must be/],
    [{ staleAfter: "9", disconnectedAfter: "8" }, /"disconnectedAfter" must not be less/],
  ] as const) {
    it(`stays inert and says so once with ${JSON.stringify(fields)}`, async () => {
      await deploy(STORE_NODES, storeFlow({}, fields));
      const node = nodeOf("in") as unknown as { status: { args: [{ fill: string; text: string }][] } };
      should(node.status.args.at(-1)![0]).match({ fill: "red", text: fault });
      should(loggedErrors()).have.length(1);
      const stored = new Collected("stored");
      const caught = new Collected("caught");
      send({ topic: "mesh/5/GPS", payload: 1 });
      await caught.atLeast(1);
      should(stored.messages).be.empty();
    });
  }
});

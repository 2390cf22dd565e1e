/** ack-session in a Node-RED runtime: sessions in, bytes, messages, events and outcomes out. */
import should from "should";
import registerAckSession from "../../nodes/ack-session.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { messageAt, messagesAt, registerProbe } from "../support/probe.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { STORE, STORE_NODES } from "../support/store-flow.ts";

type Message = Record<string, unknown>;

const NODES = [registerProbe, registerAckSession, ...STORE_NODES];
const SESSION = { type: "session", id: "s1" };
const OUTPUTS = ["wire", "messages", "events", "outcomes", "copies"];

function flow(fields: Message = {}): Message[] {
  const place = { z: "tab", x: 0, y: 0 };
  return [
    { id: "tab", type: "tab" },
    STORE,
    { id: "ack", ...place, type: "gh-ack-session", ...fields, wires: OUTPUTS.map((id) => [id]) },
    { id: "catch", ...place, type: "catch", scope: ["ack"], wires: [["caught"]] },
    ...[...OUTPUTS, "caught"].map((id) => ({ id, ...place, type: "probe" })),
  ];
}

const give = (message: Message) => nodeOf("ack").receive(message as never);
const say = (message: Message) => give({ payload: JSON.stringify(message), _session: SESSION });
const open = (more: Message = {}) =>
  give({ type: "opened", payload: { address: "127.0.0.1", port: 5, ...more }, _session: SESSION });
const wire = (fits: (payload: Message) => boolean) =>
  messageAt<{ payload: Message }>("wire", ({ payload }) => fits(payload));

describe("ack-session", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  for (const store of ["", "store"]) {
    describe(store === "" ? "in memory" : "on a store", () => {
      beforeEach(async () => {
        await deploy(NODES, flow({ store }));
        open();
        say({ dev_id: 7, id: 1 });
        await messageAt("events", ({ type }) => type === "identified");
      });

      it("answers, acknowledges and hands on, with an identity that does not change", async () => {
        say({ temperature: 21, id: 2 });
        await wire(({ ack }) => ack === 2);
        const message = await messageAt("messages");
        should(message).containDeep({ device: "site/7", payload: { temperature: 21 }, id: "site/7/0/2" });
        should(messagesAt<{ payload: Message }>("wire").map(({ payload }) => payload)).deepEqual([
          { ack: 1 },
          { id: 1 },
          { ack: 2 },
        ]);
      });

      it("sends a command, and says what became of it", async () => {
        const command = { device: "site/7", type: "reset", payload: 1, id: "c1", origin: "o", cursor: "e-1" };
        give(command);
        const { payload } = await wire(({ reset }) => reset === 1);
        say({ ack: payload.id });
        should(await messageAt("outcomes")).containDeep({ action: "delivered", id: "c1", origin: "o", cursor: "e-1" });
      });

      it("keeps what a flow sent without a store, over a connection that is lost before its ack", async () => {
        give({ device: "site/7", type: "reset", payload: 1 });
        const { payload } = await wire(({ reset }) => reset === 1);
        give({ type: "closed", payload: {}, _session: SESSION });
        open();
        say({ dev_id: 7, id: 2 });
        await wire(({ ack }) => ack === 2);
        const sent = messagesAt<{ payload: Message }>("wire").filter((one) => one.payload.reset === 1);
        should(sent.map((one) => one.payload)).deepEqual([payload, payload]);
      });

      it("tells who comes and goes", async () => {
        give({ type: "closed", payload: {}, _session: SESSION });
        should(await messageAt("events", ({ type }) => type === "disconnected")).containDeep({
          device: "site/7",
          peer: { kind: "device", id: "7" },
        });
      });

      it("counts what it drops, by reason", async () => {
        give({ payload: "no JSON", _session: SESSION });
        say({ temperature: 21 });
        await messageAt("events", ({ payload }) => (payload as Message).reason === "no-id");
        const dropped = collectSamples().filter(
          ({ name, labels, value }) =>
            name === "gatehouse_dropped_total" && labels.where === "ack-session:ack" && value > 0,
        );
        should(dropped.map(({ labels }) => labels.reason).sort()).deepEqual(["malformed", "no-id"]);
      });
    });
  }

  it("hands on again after a restart what no flow has confirmed, and marks it", async () => {
    await deploy(NODES, flow({ store: "store" }));
    open();
    say({ dev_id: 7, id: 1 });
    for (const id of [2, 3]) say({ n: id, id });
    await messageAt("messages", ({ id }) => id === "site/7/0/3");
    give({ id: "site/7/0/2", action: "delivered", parts: { count: 1 } });
    await redeploy(flow({ store: "store", name: "again" }), "nodes");
    const again = await messageAt("messages", ({ redelivered }) => redelivered === true);
    should(again).containDeep({ id: "site/7/0/3", payload: { n: 3 }, redelivered: true });
  });

  it("hands on what devices say a second time, for hubs, as copies of its own", async () => {
    await deploy(NODES, flow());
    open();
    say({ dev_id: 7, id: 1 });
    say({ place: { room: 1 }, id: 2 });
    const [message, copy] = await Promise.all([messageAt<Message>("messages"), messageAt<Message>("copies")]);
    const { _msgid: _, ...told } = copy;
    should(message).containDeep(told);
    should(copy.payload)
      .deepEqual({ place: { room: 1 } })
      .and.not.equal(message.payload);
  });

  it("tells once of what is dropped at once for one reason", async () => {
    await deploy(NODES, flow());
    open();
    for (const payload of ["no JSON", "nor this", '{"n":1}']) give({ payload, _session: SESSION });
    const { payload } = await messageAt<Message>(
      "events",
      ({ payload }) => (payload as Message).reason === "malformed",
    );
    should(payload).deepEqual({ reason: "malformed", count: 2 });
    await messageAt("events", ({ payload }) => (payload as Message).reason === "unidentified");
  });

  it("takes lists, and sends lists of what comes together", async () => {
    await deploy(NODES, flow({ store: "store", send: "list" }));
    open();
    say({ dev_id: 7, id: 1 });
    await messageAt("events", ({ type }) => type === "identified");
    const lines = [2, 3].map((id) => ({ payload: JSON.stringify({ n: id, id }), _session: SESSION }));
    give({ list: true, payload: lines });
    const { payload: said } = await messageAt<{ payload: Message[] }>("messages");
    should(said).containDeep([
      { id: "site/7/0/2", payload: { n: 2 } },
      { id: "site/7/0/3", payload: { n: 3 } },
    ]);
    const acks = await messageAt<{ list?: true; payload: { payload: Message }[] }>(
      "wire",
      ({ list, payload }) => list === true && payload[0]!.payload.ack === 2,
    );
    should(acks.payload).containDeep([2, 3].map((ack) => ({ payload: { ack }, _session: SESSION })));
    give({ list: true, payload: said.map(({ id }) => ({ id, action: "delivered" })) });
    const held = () => collectSamples().find(({ name }) => name === "gatehouse_ack_held")!.value;
    should(held()).equal(0);
  });

  it("takes the name that a token gave, whatever the first message says", async () => {
    await deploy(NODES, flow());
    open();
    give({ payload: { dev_id: 8, id: 1 }, device: "site/7", _session: SESSION });
    should(await messageAt("events", ({ type }) => type === "identified")).have.property("device", "site/7");
  });

  it("greets a WebSocket, and sends a browser what a flow has for it", async () => {
    await deploy(NODES, flow());
    open({ path: "/", headers: { "user-agent": "Browser" } });
    const { payload } = await wire(({ unique_client_id: id }) => id !== undefined);
    say({ client_id: payload.unique_client_id, id: 1 });
    const { peer } = await messageAt("events", ({ type }) => type === "identified");
    give({ peer, payload: { dev_id: 7, temperature: 21 } });
    should((await wire(({ temperature }) => temperature === 21)).payload).have.property("dev_id", 7);
  });

  for (const [what, message] of [
    ["a device of another network", { device: "mesh/7", type: "reset", payload: 1 }],
    ["bytes", { device: "site/7", type: "reset", payload: Buffer.of(1) }],
  ] as const) {
    it(`refuses a command for ${what}`, async () => {
      await deploy(NODES, flow());
      give(message);
      should(await messageAt("caught")).have.property("error");
    });
  }

  it("stays inert and says so with a wrong option", async () => {
    await deploy(NODES, flow({ network: "a/b" }));
    should(loggedErrors()).deepEqual(['"network" must be 1..64 letters, digits or . _ : -, got a/b']);
  });

  describe("as a gateway", () => {
    beforeEach(() => deploy(NODES, flow({ role: "client" })));

    it("tells its hub of devices that are there, of what they say, and takes commands", async () => {
      const peer = { kind: "device", id: "7" };
      give({ type: "identified", device: "site/7", peer, payload: { address: ["h", 1] } });
      open();
      say({ unique_client_id: 5 });
      should((await wire(({ client_id: id }) => id === 5)).payload).deepEqual({ client_id: 5, id: 1 });
      say({ ack: 1 });
      should((await wire(({ connected }) => connected === 1)).payload).containDeep({ dev_id: 7, address: ["h", 1] });
      give({ device: "site/7", payload: { temperature: 21 }, id: "site/7/0/2", peer });
      should((await wire(({ temperature }) => temperature === 21)).payload).have.property("dev_id", 7);
      say({ dev_id: 7, reset: 1, id: 9 });
      should(await messageAt("messages")).containDeep({ device: "site/7", type: "message", payload: { reset: 1 } });
      await wire(({ ack }) => ack === 9);
    });

    it("keeps what devices say while the hub is away, and comes back with the id it was given first", async () => {
      open();
      say({ unique_client_id: 5 });
      say({ ack: 1 });
      await messageAt("events", ({ type }) => type === "connected");
      give({ type: "closed", payload: {}, _session: SESSION });
      await messageAt("events", ({ type }) => type === "disconnected");
      give({ device: "site/7", payload: { temperature: 1 }, peer: { kind: "device", id: "7" } });
      open();
      say({ unique_client_id: 6 });
      const { payload } = await wire(({ client_id: id, id: n }) => id === 5 && n === 2);
      should(payload).deepEqual({ client_id: 5, id: 2 });
      say({ ack: 2 });
      await wire(({ temperature }) => temperature === 1);
    });
  });
});

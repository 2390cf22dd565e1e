/** Gateways at the server of ack/0: what their devices say is kept, who is there is known, and commands go by the gateway. */
import should from "should";
import type { Backend } from "../../../backends/backend.ts";
import { Gateways } from "../../../nodes/ack-session/gateways.ts";
import { Names } from "../../../nodes/ack-session/names.ts";
import registerAckSession from "../../../nodes/ack-session.ts";
import { PROCESS_HEADER, PROCESS_NAME } from "../../../nodes/shared/process-name.ts";
import { messageAt, messagesAt, registerProbe } from "../../support/probe.ts";
import { deploy, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { STORE, STORE_NODES } from "../../support/store-flow.ts";

type Message = Record<string, unknown>;
type Said = Message & { readonly payload: Message };

const NODES = [registerProbe, registerAckSession, ...STORE_NODES];
const OUTPUTS = ["wire", "messages", "events", "outcomes"];
const PLACE = { z: "tab", x: 0, y: 0 };
const GATEWAY = { kind: "gateway", id: "3" };

function flow(name = ""): Message[] {
  return [
    { id: "tab", type: "tab" },
    STORE,
    { id: "store-in", ...PLACE, type: "node-store", store: "store", wires: [[], []] },
    { id: "ack", ...PLACE, type: "gh-ack-session", name, store: "store", wires: OUTPUTS.map((id) => [id]) },
    ...OUTPUTS.map((id) => ({ id, ...PLACE, type: "probe" })),
  ];
}

const give = (message: Message) => nodeOf("ack").receive(message as never);
const say = (message: Message, id = "s1") =>
  give({ payload: JSON.stringify(message), _session: { type: "session", id } });
const wire = (fits: (payload: Message) => boolean) => messageAt<Said>("wire", ({ payload }) => fits(payload ?? {}));
const backend = () => (nodeOf("store") as unknown as { readonly backend: Backend }).backend;
const link = async (device: string) =>
  (await backend().get(`link.site/${device}`)) as { readonly connected: boolean } | null;

/** A connection of a gateway, which has said who it is. */
async function come(headers: Message = {}, first = 1, id = "s1"): Promise<void> {
  const _session = { type: "session", id };
  give({ type: "opened", payload: { address: "10.0.0.9", port: 5, path: "/", headers }, _session });
  say({ client_id: 3, id: first }, id);
  await messageAt<Said>("events", ({ type, payload }) => type === "identified" && payload.connection === id);
}

describe("a gateway at an ack-session", () => {
  before(startRuntime);
  after(stopRuntime);
  beforeEach(() => deploy(NODES, flow()));
  afterEach(unload);

  it("has what its devices say kept, and handed on under their names with an identity that does not change", async () => {
    await come();
    say({ dev_id: 7, connected: 1, address: ["10.0.0.9", 6], id: 2 });
    say({ dev_id: 7, temperature: 21, id: 3 });
    await wire(({ ack }) => ack === 3);
    const data = await messageAt<Said>("messages", ({ device }) => device !== undefined);
    should(data).containDeep({
      device: "site/7",
      payload: { temperature: 21 },
      id: "site/$gateway/3/0/3",
      peer: GATEWAY,
    });
    should(data.payload).not.have.property("dev_id");
    await redeploy(flow("again"), "nodes");
    const again = await messageAt<Said>("messages", ({ redelivered }) => redelivered === true);
    should(again).containDeep({ device: "site/7", payload: { temperature: 21 }, id: "site/$gateway/3/0/3" });
    await come({}, 4, "s2");
    say({ dev_id: 7, temperature: 21, id: 3 }, "s2");
    await messageAt<Said>("events", ({ payload }) => payload.reason === "duplicate");
  });

  it("is passed on as it came where it is of this process, which has kept all that itself", async () => {
    await come({ [PROCESS_HEADER]: PROCESS_NAME });
    say({ dev_id: 7, connected: 1, id: 2 });
    say({ dev_id: 7, temperature: 21, id: 3 });
    const { device, payload } = await messageAt<Said>("messages", (one) => one.payload.temperature === 21);
    should({ device, payload }).deepEqual({ device: undefined, payload: { dev_id: 7, temperature: 21 } });
    should(await link("7")).be.null();
  });

  it("is sent the commands for its devices, those that waited too, and its ack is their outcome", async () => {
    const command = { device: "site/7", type: "reset", payload: 1 };
    await come();
    nodeOf("store-in").receive({ ...command, action: "command" } as never);
    while ((await backend().history("$out/site/7", { limit: 1 })).length === 0);
    should(messagesAt<Said>("wire").some(({ payload }) => payload.reset === 1)).be.false();
    say({ dev_id: 7, connected: 1, id: 2 });
    await wire(({ dev_id: device, reset }) => device === 7 && reset === 1);
    should((await link("7"))?.connected).be.true();
    give({ ...command, payload: 2, id: "c2", origin: "o", cursor: "e-2" });
    const { payload } = await wire(({ reset }) => reset === 2);
    should(payload).have.property("dev_id", 7);
    say({ ack: payload.id });
    should(await messageAt("outcomes")).containDeep({ id: "c2", device: "site/7", action: "delivered" });
  });

  it("gets a command again under the id that it had, when this node or the gateway begins anew before its ack", async () => {
    await come();
    nodeOf("store-in").receive({ device: "site/7", type: "reset", payload: 1, action: "command" } as never);
    while ((await backend().history("$out/site/7", { limit: 1 })).length === 0);
    say({ dev_id: 7, connected: 1, id: 2 });
    const { payload } = await wire(({ reset }) => reset === 1);
    await redeploy(flow("again"), "nodes");
    for (const [id, first] of [
      ["s2", 3],
      ["s3", 5],
    ] as const) {
      await come({}, first, id);
      say({ dev_id: 7, connected: 1, id: first + 1 }, id);
      const again = await messageAt<Said>(
        "wire",
        ({ payload, _session }) => payload?.reset === 1 && (_session as Message).id === id,
      );
      should(again.payload).deepEqual(payload);
      give({ type: "closed", payload: {}, _session: { type: "session", id } });
    }
    const welcomes = messagesAt<Said>("wire").flatMap(({ payload }) =>
      Object.keys(payload).join() === "id" ? [payload.id] : [],
    );
    should(welcomes[1]).be.above(payload.id as number);
  });

  it("fails a command that no wire has words for, and gets those behind it", async () => {
    await come();
    for (const payload of [Buffer.of(1), 2])
      nodeOf("store-in").receive({ device: "site/7", type: "reset", payload, action: "command" } as never);
    while ((await backend().history("$out/site/7", { limit: 2 })).length < 2);
    say({ dev_id: 7, connected: 1, id: 2 });
    await wire(({ reset }) => reset === 2);
    const error = "a command of this network is JSON, msg.payload is a Buffer";
    should(await messageAt("outcomes")).containDeep({ action: "failed", error });
  });

  it("tells of the devices for which its token allows to publish, and of no other one", async () => {
    const _session = { type: "session", id: "s1" };
    give({ type: "opened", payload: { address: "10.0.0.9", port: 5, path: "/", headers: {} }, _session });
    give({ payload: '{"client_id":3,"id":1}', _session, user: "gw", scopes: ["publish:site/7/#"] });
    for (const [index, dev] of [8, 7].entries()) {
      say({ dev_id: dev, connected: 1, id: 2 + index * 2 });
      say({ dev_id: dev, temperature: dev, id: 3 + index * 2 });
    }
    const data = await messageAt<Said>("messages", ({ payload }) => payload.temperature !== undefined);
    should(data).containDeep({ device: "site/7", payload: { temperature: 7 }, peer: { kind: "gateway" } });
    should(messagesAt<Said>("messages").map(({ payload }) => payload.dev_id ?? payload.temperature)).deepEqual([7, 7]);
    should(await link("8")).be.null();
    const drops = messagesAt<Said>("events").filter(({ payload }) => payload.reason === "forbidden");
    should(drops).not.be.empty();
    await wire(({ ack }) => ack === 3);
  });

  it("holds a bounded number of devices, and passes on what is told of others", () => {
    const refused: string[] = [];
    const gateways = new Gateways(new Names("site"), null, (gateway) => refused.push(gateway));
    const announce = (dev: number) => gateways.announced("3", "s1", { dev_id: dev, connected: 1 });
    for (let dev = 1; dev <= 100_000; dev++) announce(dev);
    should([announce(100_000), announce(100_001)]).deepEqual(["100000", null]);
    should(refused).deepEqual(["3"]);
    gateways.announced("3", "s1", { dev_id: 1, disconnected: 1 });
    should(announce(100_001)).equal("100001");
  });

  it("takes its devices along when it goes, but for those that another gateway holds by now", async () => {
    await come();
    for (const [index, dev] of [7, 8].entries()) say({ dev_id: dev, connected: 1, id: 2 + index });
    const _session = { type: "session", id: "s2" };
    give({ type: "opened", payload: { address: "10.0.0.10", port: 5, path: "/", headers: {} }, _session });
    say({ client_id: 4, id: 1 }, "s2");
    say({ dev_id: 8, connected: 1, id: 2 }, "s2");
    await messageAt<Said>("messages", ({ peer }) => (peer as Message).id === "4");
    give({ type: "closed", payload: {}, _session: { type: "session", id: "s1" } });
    await messageAt("events", ({ type }) => type === "disconnected");
    should((await link("7"))?.connected).be.false();
    should((await link("8"))?.connected).be.true();
  });
});

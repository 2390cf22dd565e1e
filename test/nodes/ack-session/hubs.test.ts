/** A gateway and its hubs, each an ack-session over WebSocket: added and removed while they run, and away for long. */
import should from "should";
import registerAckSession from "../../../nodes/ack-session.ts";
import { collectSamples } from "../../../nodes/shared/metrics.ts";
import { freePort } from "../../support/node-red.ts";
import { messageAt, messagesAt } from "../../support/probe.ts";
import { deploy, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { SESSION_NODES } from "../../support/session-flow.ts";

type Message = Record<string, unknown>;
type Said = Message & { readonly payload: Message };

const NODES = [...SESSION_NODES, registerAckSession];
const CAPACITY = 10;
const PLACE = { z: "tab", x: 0, y: 0 };

/** What gateways say to it ends in `<name>-said`. */
function hub(name: string, port: number): Message[] {
  return [
    { id: `${name}-end`, type: "gh-session-endpoint", role: "listen", transport: "ws", port: String(port) },
    {
      id: `${name}-in`,
      ...PLACE,
      type: "gh-session-in",
      endpoint: `${name}-end`,
      wires: [[`${name}-ack`], [`${name}-ack`]],
    },
    { id: `${name}-ack`, ...PLACE, type: "gh-ack-session", wires: [[`${name}-out`], [`${name}-said`], [], []] },
    { id: `${name}-out`, ...PLACE, type: "gh-session-out" },
    { id: `${name}-said`, ...PLACE, type: "probe" },
  ];
}

function gateway(port: number): Message[] {
  const role = { role: "client", capacity: String(CAPACITY), window: "4" };
  return [
    { id: "tab", type: "tab" },
    { id: "end", type: "gh-session-endpoint", role: "connect", url: urlOf(port) },
    { id: "in", ...PLACE, type: "gh-session-in", endpoint: "end", wires: [["ack"], ["ack", "events"]] },
    { id: "ack", ...PLACE, type: "gh-ack-session", ...role, wires: [["out"], [], ["events"], []] },
    { id: "out", ...PLACE, type: "gh-session-out", endpoint: "end" },
    { id: "events", ...PLACE, type: "probe" },
  ];
}

const urlOf = (port: number) => `ws://127.0.0.1:${port}/`;
const target = (action: string, port: number) => nodeOf("out").receive({ action, url: urlOf(port) } as never);
const say = (n: number) =>
  nodeOf("ack").receive({ device: "site/7", peer: { kind: "device", id: "7" }, payload: { n } } as never);
const event = (type: string, port: number) =>
  messageAt<Message & { peer: Message }>("events", (one) => one.type === type && one.peer?.id === urlOf(port));
const expected = (port: number) =>
  messageAt<Said>("events", ({ type, payload }) => type === "added" && payload.url === urlOf(port));
const numbers = (hub: string) =>
  messagesAt<Said>(`${hub}-said`).flatMap(({ payload }) => (payload.n === undefined ? [] : [payload.n]));
const said = (hub: string, n: number) => messageAt<Said>(`${hub}-said`, ({ payload }) => payload.n === n);
const dropped = (reason: string) =>
  collectSamples().find(({ labels }) => labels.where === "ack-session:ack" && labels.reason === reason)?.value ?? 0;

describe("a gateway's hubs", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("hear what devices say from when they are added until they are removed", async () => {
    const [first, second] = [await freePort(), await freePort()];
    await deploy(NODES, [...gateway(first), ...hub("one", first), ...hub("two", second)]);
    await event("connected", first);
    say(1);
    await said("one", 1);
    target("connect", second);
    await event("connected", second);
    say(2);
    await Promise.all([said("one", 2), said("two", 2)]);
    target("disconnect", first);
    await event("forgotten", first);
    say(3);
    await said("two", 3);
    should(numbers("one")).deepEqual([1, 2]);
    should(numbers("two")).deepEqual([2, 3]);
  });

  it("get the newest messages that fit the queue when they come back after a long time, and the others are counted", async function away() {
    const port = await freePort();
    await deploy(NODES, gateway(port));
    await expected(port);
    const messages = Array.from({ length: CAPACITY + 5 }, (_, index) => index + 1);
    for (const n of messages) say(n);
    await messageAt("events", ({ type, payload }) => type === "dropped" && (payload as Message).count === 5);
    should(dropped("overflow")).equal(5);
    await redeploy([...gateway(port), ...hub("one", port)], "nodes");
    await said("one", CAPACITY + 5);
    should(numbers("one")).deepEqual(messages.slice(5));
  });

  it("take what waits for them along when they are removed, and it is counted", async () => {
    const [first, second] = [await freePort(), await freePort()];
    await deploy(NODES, gateway(first));
    await expected(first);
    target("connect", second);
    await expected(second);
    say(1);
    target("disconnect", second);
    await event("forgotten", second);
    should(dropped("removed")).equal(1);
  });
});

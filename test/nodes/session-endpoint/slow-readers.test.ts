/** session-endpoint and peers that do not read, in a Node-RED runtime: bounded, counted, by policy. */
import should from "should";
import { collectSamples } from "../../../nodes/shared/metrics.ts";
import { eventually } from "../../support/eventually.ts";
import { messageAt } from "../../support/probe.ts";
import { nodeOf, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { listen, TcpPeer, told } from "../../support/session-flow.ts";

const MESSAGE = "x".repeat(64 * 1024);
/** More than the system itself buffers for a connection. */
const FLOOD = 256;

function sample(name: string, label: string): number {
  const found = collectSamples().find(({ name: one, labels }) => one === name && Object.values(labels).includes(label));
  return found?.value ?? 0;
}

async function floodPeer(overflow: string): Promise<TcpPeer> {
  const peer = await TcpPeer.join(await listen({ overflow, queueKib: "256" }));
  peer.socket.pause();
  const { _session } = await told("opened");
  for (let count = 0; count < FLOOD; count++)
    nodeOf("out").receive({ payload: MESSAGE, topic: `t${count % 2}`, _session });
  return peer;
}

/** What was asked to be sent is written, dropped under a name, or waits. */
async function balance(): Promise<void> {
  const drops = ["slow", "overflow", "coalesced", "closed", "expired"].map((reason) =>
    sample("gatehouse_dropped_total", reason),
  );
  const written = sample("gatehouse_session_messages_total", "out");
  const waiting = sample("gatehouse_session_waiting", "session-endpoint:end");
  const offered = sample("gatehouse_session_offered_total", "session-endpoint:end");
  should(written + waiting + drops.reduce((sum, one) => sum + one, 0)).equal(offered);
}

describe("session-endpoint and a peer that does not read", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("disconnects it beyond the bound, and tells the sender", async () => {
    const { socket } = await floodPeer("close");
    await told("closed", "slow");
    const { error } = await messageAt<{ error: { message: string } }>("caught");
    should(error.message).match(/127\.0\.0\.1 reads too slowly, and was disconnected/);
    should(sample("gatehouse_dropped_total", "slow")).equal(1);
    await balance();
    socket.destroy();
  });

  it("lets the oldest messages give way, and tells how many", async () => {
    const { socket } = await floodPeer("oldest");
    const { payload } = await told("dropped", "overflow");
    should(payload.count).equal(sample("gatehouse_dropped_total", "overflow"));
    should(sample("gatehouse_session_waiting", "session-endpoint:end")).be.within(1, 4);
    await balance();
    socket.destroy();
    await told("closed");
    await balance();
  });

  it("keeps the newest of each topic", async () => {
    const { socket } = await floodPeer("coalesce");
    should(sample("gatehouse_session_waiting", "session-endpoint:end")).equal(2);
    should(sample("gatehouse_dropped_total", "coalesced")).be.above(0);
    await balance();
    socket.destroy();
  });

  it("sends all of it to a peer that reads again, in order", async () => {
    const peer = await TcpPeer.join(await listen({ overflow: "close", queueKib: "65536" }));
    peer.socket.pause();
    const { _session } = await told("opened");
    const words = Array.from({ length: FLOOD }, (_, index) => `${index}:${MESSAGE}`);
    for (const payload of words) nodeOf("out").receive({ payload, _session });
    peer.socket.resume();
    await peer.hears(words.map((word) => `${word}\n`).join(""));
    await balance();
    peer.socket.destroy();
  });

  it("sends one message that is longer than what may wait, to a peer that reads", async () => {
    const peer = await TcpPeer.join(await listen({ overflow: "close", queueKib: "1" }));
    const { _session } = await told("opened");
    const payload = "x".repeat(4 * 1024 * 1024);
    nodeOf("out").receive({ payload, _session });
    await peer.hears(`${payload}\n`);
    peer.socket.destroy();
  });

  it("does not send what has waited beyond its deadline", async () => {
    const peer = await TcpPeer.join(await listen({ queueKib: "65536" }));
    peer.socket.pause();
    const { _session } = await told("opened");
    for (let count = 0; count < FLOOD; count++) nodeOf("out").receive({ payload: MESSAGE, _session });
    const deadline = Date.now() + 500;
    nodeOf("out").receive({ payload: "late", deadline, _session });
    nodeOf("out").receive({ payload: "last", deadline: Date.now() + 60_000, _session });
    nodeOf("out").receive({ payload: "too late", deadline: Date.now() - 1, _session });
    await messageAt<{ payload: string }>("caught", ({ payload }) => payload === "too late");
    await eventually(() => should(Date.now()).be.above(deadline));
    peer.socket.resume();
    await peer.hears(`${`${MESSAGE}\n`.repeat(FLOOD)}last\n`);
    should(sample("gatehouse_dropped_total", "expired")).equal(1);
    await balance();
    peer.socket.destroy();
  });
});

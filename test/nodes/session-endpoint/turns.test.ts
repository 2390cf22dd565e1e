/** What a loud peer sends is handed on in shares, so that the others are heard. */
import { setImmediate as nextTurn } from "node:timers/promises";
import should from "should";
import { Turns } from "../../../nodes/session-endpoint/turns.ts";
import { FramePeer } from "../../support/gateway-flow.ts";
import { messagesAt } from "../../support/probe.ts";
import { startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { type Heard, heard, listen, TcpPeer } from "../../support/session-flow.ts";

describe("turns", () => {
  let handed: number[];
  let flow: string[];
  let turns: Turns<number>;

  beforeEach(() => {
    handed = [];
    flow = [];
    turns = new Turns({
      hand: (item) => handed.push(item),
      pause: () => flow.push("pause"),
      resume: () => flow.push("resume"),
    });
  });

  it("hand on a few items at once, without a pause", async () => {
    for (let item = 0; item < 8; item++) turns.add(item);
    should(handed).have.length(8);
    await nextTurn();
    turns.add(8);
    should([handed.length, flow]).deepEqual([9, []]);
  });

  it("hand on many in shares, in order, and read nothing meanwhile", async () => {
    for (let item = 0; item < 100; item++) turns.add(item);
    should([handed.length, flow]).deepEqual([8, ["pause"]]);
    const shares: number[] = [];
    while (handed.length < 100) {
      const before = handed.length;
      await nextTurn();
      shares.push(handed.length - before);
    }
    should(Math.max(...shares)).be.belowOrEqual(16);
    should(handed).deepEqual(Array.from({ length: 100 }, (_, index) => index));
    should(flow).deepEqual(["pause", "resume"]);
  });

  it("hand on the rest at once where the connection is gone", () => {
    for (let item = 0; item < 100; item++) turns.add(item);
    turns.flush();
    should(handed).have.length(100);
  });
});

describe("a loud peer of a session-endpoint", () => {
  const LINES = 3000;

  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("keeps a quiet one waiting for no more than its share over TCP, and loses nothing", async () => {
    const port = await listen({});
    const [loud, quiet] = [await TcpPeer.join(port), await TcpPeer.join(port)];
    loud.socket.write("x\n".repeat(LINES));
    await heard("x");
    quiet.socket.write("quiet\n");
    await heard("quiet");
    should(messagesAt<Heard>("messages").length).be.below(LINES / 2);
    loud.socket.end("last\n");
    await heard("last");
    should(messagesAt<Heard>("messages").length).equal(LINES + 2);
  });

  it("does the same over WebSocket", async () => {
    const port = await listen({ transport: "ws" });
    const [loud, quiet] = [await FramePeer.join(port), await FramePeer.join(port)];
    for (let count = 0; count < LINES; count++) loud.socket.send("x");
    await heard("x");
    quiet.socket.send("quiet");
    await heard("quiet");
    should(messagesAt<Heard>("messages").length).be.below(LINES / 2);
    loud.socket.send("last");
    await heard("last");
    should(messagesAt<Heard>("messages").length).equal(LINES + 2);
  });
});

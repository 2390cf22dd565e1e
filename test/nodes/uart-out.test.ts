/** uart-out in a Node-RED runtime. */
import should from "should";
import { hostSim } from "../../nodes/shared/sim-link.ts";
import registerOut from "../../nodes/uart-out.ts";
import registerPort from "../../nodes/uart-port.ts";
import { messageAt, messagesAt, registerProbe, statusOf } from "../support/probe.ts";
import { CATCH, deploy, loggedErrors, nodeOf, startRuntime, stopRuntime, unload } from "../support/runtime.ts";

const NODES = [registerProbe, registerPort, registerOut, CATCH];

const FLOW = [
  { id: "tab", type: "tab", label: "uart-out" },
  { id: "port", type: "gh-uart-port", device: "sim:out", queueBytes: "256" },
  { id: "out", z: "tab", x: 0, y: 0, type: "gh-uart-out", port: "port", wires: [["written"]] },
  { id: "written", z: "tab", x: 0, y: 0, type: "probe" },
  { id: "catch", z: "tab", x: 0, y: 0, type: "catch", scope: ["out"], wires: [["caught"]] },
  { id: "caught", z: "tab", x: 0, y: 0, type: "probe" },
];

interface Caught {
  readonly error: { readonly message: string };
}

const shows = (text: string) => statusOf("out", text);

let closeLine = async () => {};

/** The simulator's end: all that was written. */
function listen() {
  let text = "";
  let look = () => {};
  const link = hostSim("out", {
    bytes(chunk) {
      text += chunk.toString();
      look();
    },
    closed: () => undefined,
  });
  const heard = (wanted: string) =>
    new Promise<void>((resolve) => {
      look = () => text === wanted && resolve();
      look();
    });
  closeLine = () => link.close();
  return { heard };
}

async function caught(): Promise<string> {
  const { error } = await messageAt<Caught>("caught");
  // A second report would come with the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  should(messagesAt("caught")).have.length(1);
  return error.message.replace(/^\w+: /, "");
}

describe("uart-out", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);
  afterEach(() => closeLine());

  it("writes buffers and text, in order", async () => {
    const line = listen();
    await deploy(NODES, FLOW);
    await shows("uart-out.status.open");
    for (const payload of ["a", Buffer.from("b"), Uint8Array.of(0x63)]) nodeOf("out").receive({ payload });
    await line.heard("abc");
  });

  it("passes a message on once its bytes are on the wire, as delivered", async () => {
    const line = listen();
    await deploy(NODES, FLOW);
    await shows("uart-out.status.open");
    nodeOf("out").receive({ payload: "a", id: "1", cursor: "e-1", action: "command" });
    await line.heard("a");
    should(await messageAt("written")).have.properties({ action: "delivered", id: "1", cursor: "e-1" });
  });

  for (const payload of [5, true, { text: "a" }, null]) {
    it(`reports a payload that is ${JSON.stringify(payload)}, once`, async () => {
      listen();
      await deploy(NODES, FLOW);
      nodeOf("out").receive({ payload });
      should(await caught()).match(/^msg.payload must be a Buffer or a string, got /);
    });
  }

  it("reports a port that is not open", async () => {
    await deploy(NODES, FLOW);
    nodeOf("out").receive({ payload: "a" });
    should(await caught()).equal("the port is not open");
  });

  it("says that the queue is full", async () => {
    listen();
    await deploy(NODES, FLOW);
    await shows("uart-out.status.open");
    nodeOf("out").receive({ payload: "x".repeat(257) });
    should(await caught()).equal("the write queue is full (256 bytes)");
    should((await shows("uart-out.status.full")).fill).equal("red");
  });

  it("drops a command whose deadline has passed, and says so", async () => {
    const line = listen();
    await deploy(NODES, FLOW);
    await shows("uart-out.status.open");
    nodeOf("out").receive({ payload: "late", deadline: Date.now() - 1 });
    nodeOf("out").receive({ payload: "in time", deadline: Date.now() + 60_000 });
    should(await caught()).equal("the deadline passed before the bytes were sent");
    await line.heard("in time");
  });

  it("names the port where there is none, and reports messages", async () => {
    await deploy(
      NODES,
      FLOW.map((node) => (node.id === "out" ? { ...node, port: "" } : node)),
    );
    should(loggedErrors()).deepEqual(['"port" must be set']);
    nodeOf("out").receive({ payload: "a" });
    should(await caught()).equal('"port" must be set');
  });
});

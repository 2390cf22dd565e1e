/** sse-out in a Node-RED runtime: what reaches the hub, and what reaches a catch node. */
import type { Node, NodeMessage } from "node-red";
import should from "should";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import registerHub, { type SseHubNode } from "../../nodes/sse-hub.ts";
import registerOut from "../../nodes/sse-out.ts";
import registerStore from "../../nodes/store-backend.ts";
import {
  CATCH,
  deploy,
  loggedErrors,
  nextInput,
  nodeOf,
  redeploy,
  startRuntime,
  stopRuntime,
  unload,
} from "../support/runtime.ts";

const REGISTERS = [registerStore, registerHub, registerOut, CATCH];

const FLOW = [
  { id: "tab", type: "tab" },
  { id: "store", type: "gh-store-backend", kind: "memory" },
  { id: "hub", type: "gh-sse-hub", path: "/gatehouse", store: "store" },
  { id: "out", type: "sse-out", z: "tab", x: 0, y: 0, hub: "hub", delivery: "log", wires: [] },
  { id: "catch", type: "catch", z: "tab", x: 0, y: 0, scope: null, wires: [["caught"]] },
  { id: "caught", type: "helper", z: "tab", x: 0, y: 0, wires: [] },
];

interface Shown {
  readonly fill: string;
  readonly text: string;
}

/** The node's newest status: the test helper records its calls. */
function shown(): Shown {
  return nodeOf<{ status: { args: [Shown][] } }>("out").status.args.at(-1)![0];
}

describe("sse-out", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  function told(): Promise<Parameters<SseHubNode["publish"]>> {
    return new Promise((resolve) => {
      nodeOf<SseHubNode>("hub").publish = (...publication) => resolve(publication);
    });
  }

  it("hands a reading to its hub", async () => {
    await deploy(REGISTERS, FLOW);
    const publication = told();
    nodeOf("out").receive({ topic: "mesh/5/GPS", payload: 4, time: 9, cursor: "e-1" } as NodeMessage);
    (await publication).should.deepEqual([
      { topic: "mesh/5/GPS", device: "mesh/5", type: "GPS", value: 4, time: 9, cursor: "e-1" },
      "log",
    ]);
  });

  it("says its class", async () => {
    await deploy(
      REGISTERS,
      FLOW.map((node) => (node.id === "out" ? { ...node, delivery: "latest" } : node)),
    );
    const publication = told();
    nodeOf("out").receive({ topic: "mesh/5/GPS", payload: 4 });
    (await publication)[1]!.should.equal("latest");
  });

  it("shows how many browsers are connected", async () => {
    await deploy(REGISTERS, FLOW);
    const status = shown();
    [status.fill, status.text].should.deepEqual(["green", "sse-out.status.clients"]);
  });

  const wrong: readonly [string, NodeMessage, RegExp][] = [
    ["no topic", { payload: 1 }, /"topic"/],
    ["no payload", { topic: "mesh/5/GPS" }, /"payload"/],
    ["a value without JSON", { topic: "mesh/5/GPS", payload: 1n }, /BigInt/],
  ];
  for (const [title, message, expected] of wrong) {
    it(`gives a message with ${title} to catch once`, async () => {
      await deploy(REGISTERS, FLOW);
      let count = 0;
      nodeOf<Node>("caught").on("input", () => count++);
      const caught = nextInput<{ error: { message: string } }>("caught");
      nodeOf("out").receive(message);
      (await caught).error.message.should.match(expected);
      nodeOf("out").receive({ topic: "mesh/5/GPS", payload: 1 });
      await new Promise((resolve) => setImmediate(resolve));
      count.should.equal(1);
    });
  }

  it("names a hub that is missing, and a wrong class, and stays inert", async () => {
    for (const [name, value] of [
      ["hub", ""],
      ["delivery", "some"],
    ]) {
      await deploy(
        REGISTERS,
        FLOW.map((node) => (node.id === "out" ? { ...node, [name!]: value } : node)),
      );
      should(loggedErrors().some((text) => text.startsWith(`"${name}" must be`))).be.true();
      await unload();
    }
    await deploy(REGISTERS, FLOW);
  });

  it("shows the fault of its hub in red, and catch receives what cannot be told", async () => {
    await deploy(
      REGISTERS,
      FLOW.map((node) => (node.id === "hub" ? { ...node, path: "nowhere" } : node)),
    );
    const status = shown();
    status.fill.should.equal("red");
    status.text.should.match(/"path" must be/);
    const caught = nextInput<{ error: { message: string } }>("caught");
    nodeOf("out").receive({ topic: "mesh/5/GPS", payload: 1 });
    (await caught).error.message.should.match(/"path" must be/);
    let errors = 0;
    nodeOf<Node>("caught").on("input", () => errors++);
    for (let n = 0; n < 99; n++) nodeOf("out").receive({ topic: "mesh/5/GPS", payload: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    errors.should.equal(0);
    const drops = collectSamples().filter(({ labels }) => labels.reason === "hub-failed");
    drops.should.deepEqual([
      { name: "gatehouse_dropped_total", labels: { where: "sse-out:out", reason: "hub-failed" }, value: 100 },
    ]);
  });

  it("tells by its hub once the hub that had the path is gone", async () => {
    const second = { id: "hub2", type: "gh-sse-hub", path: "/gatehouse", store: "store" };
    const flow = [...FLOW.map((node) => (node.id === "out" ? { ...node, hub: "hub2" } : node)), second];
    await deploy(REGISTERS, flow);
    shown().text.should.match(/"path" \/gatehouse is taken by sse-hub hub$/);
    const served = new Promise<void>((resolve) => {
      nodeOf<SseHubNode>("hub2").subscribe(({ serves }) => serves && resolve());
    });
    await redeploy(
      flow.filter(({ id }) => id !== "hub"),
      "nodes",
    );
    await served;
    nodeOf<SseHubNode>("hub2").publish({ topic: "a/1/t", device: "a/1", type: "t", value: 1, time: 0 });
    loggedErrors()
      .filter((text) => text.includes("is taken by"))
      .should.have.length(1);
  });
});

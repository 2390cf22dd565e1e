/** The kind `station` of device-simulator, against an ack-session of this process. */
import should from "should";
import registerAckSession from "../../../nodes/ack-session.ts";
import registerSimulator from "../../../nodes/device-simulator.ts";
import { collectSamples } from "../../../nodes/shared/metrics.ts";
import { freePort } from "../../support/node-red.ts";
import { messageAt, messagesAt } from "../../support/probe.ts";
import { deploy, loggedErrors, nodeOf, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { SESSION_NODES } from "../../support/session-flow.ts";

type Message = Record<string, unknown>;

async function start(simulator: Message): Promise<void> {
  const port = String(await freePort());
  const place = { z: "tab", x: 0, y: 0 };
  await deploy(
    [...SESSION_NODES, registerAckSession, registerSimulator],
    [
      { id: "tab", type: "tab", label: "stations" },
      { id: "end", type: "gh-session-endpoint", role: "listen", port, framing: "line" },
      { id: "in", ...place, type: "gh-session-in", endpoint: "end", wires: [["ack"], ["ack"]] },
      { id: "ack", ...place, type: "gh-ack-session", wires: [["out"], ["said"], ["events"], []] },
      { id: "out", ...place, type: "gh-session-out" },
      { id: "sim", ...place, type: "gh-device-simulator", kind: "station", port, ...simulator, wires: [["told"]] },
      ...["said", "events", "told"].map((id) => ({ id, ...place, type: "probe" })),
    ],
  );
}

const turn = (payload: unknown) => nodeOf("sim").receive({ payload });

describe("device-simulator, kind station", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("identifies, measures, and obeys a command", async () => {
    await start({ stations: "2", rate: "50" });
    for (const name of ["weather-1", "weather-2"]) {
      const { payload } = await messageAt<{ payload: Message }>(
        "said",
        ({ device }: Message) => device === `site/${name}`,
      );
      should(Object.keys(payload)).deepEqual(["temperature", "humidity", "highest", "lowest"]);
    }
    nodeOf("ack").receive({ device: "site/weather-1", type: "reset", payload: 1 } as never);
    const { topic, payload } = await messageAt("told", ({ type }) => type === "command");
    should([topic, payload]).deepEqual(["simulator/weather-1", { reset: 1 }]);
  });

  it("comes back where its line breaks, and loses nothing", async function breaks() {
    await start({ rate: "50", cuts: "300" });
    const isBack = () => messagesAt<Message>("events").filter(({ type }) => type === "identified").length >= 3;
    await messageAt("events", isBack);
    turn({ cuts: 0, counts: true });
    const { payload } = await messageAt<{ payload: Record<string, number> }>(
      "told",
      ({ type }: Message) => type === "counts",
    );
    should(payload.measured).equal(payload.acknowledged! + payload.held! + payload.dropped!);
    should(payload.dropped).equal(0);
    const ids = messagesAt<Message>("said").map(({ id }) => id);
    should(new Set(ids).size).equal(ids.length);
  });

  it("stops and starts, and counts what it measured", async () => {
    await start({ rate: "50" });
    await messageAt("said");
    turn(false);
    const count = () => collectSamples().find(({ name }) => name === "gatehouse_simulated_messages_total")!.value;
    should(count()).be.above(0);
    turn(true);
    const before = messagesAt("said").length;
    await messageAt("said", () => messagesAt("said").length > before);
  });

  it("refuses a dial that it does not have", async () => {
    await start({});
    turn({ wind: 1 });
    await messageAt("told", ({ type }) => type === "connected");
    should(loggedErrors()).matchAny(/"wind" is none of rate, cuts, restarts, counts/);
  });

  it("takes the address that a port listens on for this machine, and speaks to no other one", async () => {
    await start({ host: "0.0.0.0" });
    await messageAt("events", ({ type }: Message) => type === "identified");
    await unload();
    await start({ host: "192.0.2.1" });
    should(loggedErrors()).matchAny(/"host" must be an address of this machine, got 192\.0\.2\.1/);
  });
});

/** The shipped flows as two processes on two addresses: records at the gateway, browsers at the relay, and an outage between. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import should from "should";
import { DEFAULTS } from "../scripts/defaults.ts";
import { type FlowNode, readFlows } from "../scripts/flows.ts";
import { type EventStream, openEventStream } from "./support/event-stream.ts";
import { freePorts } from "./support/free-ports.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";
import { UdpPeer } from "./support/udp-clients.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const GATEWAY = readFlows(join(ROOT, "flows/gateway.json"));
/** As shipped, but for times that a test can wait for. */
const RELAY = readFlows(join(ROOT, "flows/relay.json")).map(hurried);

interface Element {
  readonly Element: string;
  readonly Data: string;
}

function hurried(node: FlowNode): FlowNode {
  return node.type === "udp-handshake" ? { ...node, helloEveryS: "0.3", runningEveryS: "0.5" } : node;
}

describe("a udp relay in a process of its own", function suite() {
  let ports: Record<string, string>;
  let userDir: string;
  let gateway: NodeRed;
  let relay: NodeRed;
  let board: UdpPeer;
  let stream: EventStream;

  before(async () => {
    ports = await freePorts();
    userDir = mkdtempSync(join(tmpdir(), "gatehouse-gateway-"));
    board = await UdpPeer.open();
    gateway = await startGateway();
    relay = await startNodeRed({
      flow: RELAY,
      env: {
        ...DEFAULTS,
        ...(await freePorts()),
        GATEHOUSE_LISTEN: "127.0.0.2",
        GATEHOUSE_PEER: `127.0.0.1:${ports.GATEHOUSE_HANDSHAKE_PORT}`,
        GATEHOUSE_BACKEND: "memory",
      },
    });
    stream = await openEventStream(`${relay.origin}/gatehouse/elements?topic=solar-relay/%23`);
  });

  after(async () => {
    stream.close();
    await Promise.all([gateway.stop(), relay.stop(), board.close()]);
    rmSync(userDir, { recursive: true, force: true });
  });

  function startGateway(): Promise<NodeRed> {
    const env = { ...DEFAULTS, ...ports, GATEHOUSE_SIMULATE: "0" };
    return startNodeRed({ flow: GATEWAY, env, userDir });
  }

  /** The next element that fits, as the relay's browsers see it. */
  async function element(fits: (element: Element) => boolean, at = stream): Promise<Element> {
    for (;;) {
      const next = JSON.parse((await at.next()).data) as Element;
      if (fits(next)) return next;
    }
  }

  const record = (speed: number | string) =>
    board.send(`"WINDSTAT",${speed},33,44`, Number(ports.GATEHOUSE_BOARD_PORT));

  /** Sends a record again and again until its speed is at each browser. */
  async function speedArrives(speed: string, browsers = [stream]): Promise<void> {
    const timer = setInterval(() => void record(speed), 50);
    for (const browser of browsers) await element((one) => one.Element === "Speed" && one.Data === speed, browser);
    clearInterval(timer);
  }

  /** All speeds from the next one of this value to the one of that value. */
  async function speedsAt(browser: EventStream, first: number, last: number): Promise<number[]> {
    await element((one) => one.Element === "Speed" && one.Data === String(first), browser);
    const heard = [first];
    while (heard.at(-1) !== last) heard.push(Number((await element((one) => one.Element === "Speed", browser)).Data));
    return heard;
  }

  const trouble = (text: string) => element((one) => one.Element === "Error_Message" && one.Data === text);

  it("brings a record of the board to a browser, element by element", async () => {
    await speedArrives("2");
    should(await element(({ Element: name }) => name === "Status")).deepEqual({ Element: "Status", Data: "OK" });
    should(await element(({ Element: name }) => name === "Direction")).deepEqual({ Element: "Direction", Data: "NNW" });
  });

  it("tells the browser while the gateway is away, and recovers by itself", async () => {
    await gateway.stop("SIGKILL");
    await trouble("The server cannot be reached");
    await trouble("Waiting for reply from server. Attempt: 3");
    gateway = await startGateway();
    await speedArrives("3");
  });

  it("tells two browsers the elements of their own leases, each of them once, with that option", async () => {
    await relay.deploy(RELAY.map((node) => (node.id === "udp-client" ? { ...node, perBrowser: true } : node)));
    stream.close();
    const path = `${relay.origin}/gatehouse/elements?topic=solar-relay/%23`;
    stream = await openEventStream(`${path}&browser=one`);
    const other = await openEventStream(`${path}&browser=other`);
    await speedArrives("50", [stream, other]);
    for (let speed = 100; speed <= 140; speed++) await record(speed);
    const expected = Array.from({ length: 41 }, (_, index) => 100 + index);
    for (const browser of [stream, other]) should(await speedsAt(browser, 100, 140)).deepEqual(expected);
    const metrics = await (await fetch(`${relay.origin}/gatehouse/metrics`)).text();
    should(metrics).match(/gatehouse_udp_leases\{[^}]*\} 2\n/);
    other.close();
  });

  it("serves a browser that comes anew", async () => {
    stream.close();
    stream = await openEventStream(`${relay.origin}/gatehouse/elements?topic=solar-relay/%23`);
    await speedArrives("4");
  });
});

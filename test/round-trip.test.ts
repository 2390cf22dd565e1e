/** The shipped flows from a client program to a node and back, with loss, and what a browser sees of it meanwhile. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import should from "should";
import { connect, type MeshClient } from "../client/library/node.ts";
import { ofName, parseMetrics } from "../client/metrics.ts";
import { DEFAULTS } from "../scripts/defaults.ts";
import { type FlowNode, joinFlows } from "../scripts/flows.ts";
import { openPage, textBecomes } from "./client/browser.ts";
import { chromiumMissing } from "./support/chromium.ts";
import { eventually } from "./support/eventually.ts";
import { freePorts } from "./support/free-ports.ts";
import { describeWith, programMissing } from "./support/needs.ts";
import { freePort, type NodeRed, startNodeRed } from "./support/node-red.ts";
import { sharedChromium } from "./support/shared-chromium.ts";

const FLOWS = ["gateway", "relay", "dashboard", "simulators"];
const LOSS = 0.1;
const TRIPS = 30;
const PROGRAM = join(process.cwd(), "examples/clients/gatehouse_mesh.py");

interface Gateway {
  readonly nodeRed: NodeRed;
  readonly tcp: string;
  readonly ws: string;
}

/** The shipped flows in a runtime of their own, the simulator as told. */
async function startGateway(simulator: object, env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const { nodes } = joinFlows(join(process.cwd(), "flows"), FLOWS);
  const flow = nodes.map((node): FlowNode => (node.id === "sim-mesh" ? { ...node, ...simulator } : node));
  const ports = await freePorts();
  const port = await freePort();
  const own = { PORT: String(port), HOST: "", GATEHOUSE_BACKEND: "memory" };
  const nodeRed = await startNodeRed({ flow, port, env: { ...DEFAULTS, ...ports, ...own, ...env } });
  const address = (scheme: string, name: string) => `${scheme}://127.0.0.1:${ports[name]}`;
  return { nodeRed, tcp: address("tcp", "GATEHOUSE_MESH_PORT"), ws: address("ws", "GATEHOUSE_MESH_WS_PORT") };
}

async function metric(gateway: Gateway, name: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const text = await (await fetch(`${gateway.nodeRed.origin}/gatehouse/metrics`)).text();
  const fits = ofName(parseMetrics(text), name).filter((one) =>
    Object.entries(labels).every(([label, value]) => one.labels[label] === value),
  );
  return fits.reduce((sum, { value }) => sum + value, 0);
}

/** The first message of each node may be one of those that are lost. */
async function heardOf(client: MeshClient, count: number): Promise<void> {
  const heard = new Set<number>();
  await new Promise<void>((resolve) => {
    const unsubscribe = client.subscribe("BAT", ({ address }) => {
      if (heard.add(address).size < count) return;
      unsubscribe();
      resolve();
    });
  });
}

async function python(...words: string[]): Promise<string> {
  const child = spawn("python3", [PROGRAM, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await once(child, "close");
  return text;
}

describe("round trips through the shipped flows", function suite() {
  this.timeout(120_000);

  for (const generation of [1, 2] as const) {
    describe(`generation ${generation}`, () => {
      let gateway: Gateway;
      let clients: readonly [MeshClient, MeshClient];

      before(async () => {
        const env = { GATEHOUSE_MESH_GENERATION: String(generation) };
        gateway = await startGateway({ loss: String(LOSS * 100), rate: "5" }, env);
        const options = { generation, timeoutMs: 10_000 };
        clients = [connect(gateway.tcp, options), connect(gateway.ws, options)];
      });

      after(async () => {
        for (const client of clients) client.close();
        await gateway.nodeRed.stop();
      });

      describeWith("the Python client", programMissing("python3"), () => {
        it(`counts the answers to ${TRIPS} messages on a line that loses one of ten`, async () => {
          const words = ["--address", gateway.tcp, "--generation", String(generation), "--timeout", "2"];
          const text = await python(...words, "roundtrip", "2", "--count", String(TRIPS));
          console.log(`        ${text.trim().replace("\n", "; ")}`);
          const [, sent, answered, lost] = /^sent (\d+), answered (\d+), lost (\d+)/.exec(text)!.map(Number);
          should([sent, answered! + lost!]).deepEqual([TRIPS, TRIPS]);
          // Four standard deviations to either side.
          should(lost).be.within(0, TRIPS * LOSS + 4 * Math.sqrt(TRIPS * LOSS * (1 - LOSS)));
          should(await metric(gateway, "gatehouse_dropped_total", { reason: "lost" })).be.above(0);
        });
      });

      it("the client library reads what the store has, over TCP and over WebSocket", async () => {
        for (const one of clients) {
          await heardOf(one, 5);
          should([...(await one.getAll("GPS")).keys()].sort()).deepEqual([1, 2, 3, 4, 5]);
          should((await one.get("BAT", 3)).length).equal(2);
          should(await one.nodeCount()).equal(5);
          await should(one.get("GPS", 77)).be.rejectedWith({ code: "refused", message: "Node Not Found" });
        }
      });

      it("the client library answers what nodes ask, and the node has it", async () => {
        const answered = () => metric(gateway, "gatehouse_simulated_requests_total", { state: "answered" });
        const before = await answered();
        await clients[0].live();
        const replied = new Promise<void>((resolve, reject) => {
          const unsubscribe = clients[0].subscribe("request", (message) => {
            if (!message.text.startsWith("question")) return;
            unsubscribe();
            message.reply("A").then(resolve, reject);
          });
        });
        const body = JSON.stringify({ __user_inject_props__: [{ p: "payload", v: '{"requests":600}', vt: "json" }] });
        const headers = { "content-type": "application/json" };
        await fetch(`${gateway.nodeRed.origin}/inject/sim-counts`, { method: "POST", headers, body });
        await replied;
        await eventually(async () => should(await answered()).equal(before + 1));
      });

      if (generation === 2) {
        it("asks the network, and every node's uuid is with its device", async () => {
          const uuids = async () => {
            const devices = await (await fetch(`${gateway.nodeRed.origin}/gatehouse/devices`)).json();
            return (devices as { uuid: string | null }[]).map(({ uuid }) => uuid).filter(Boolean);
          };
          for (let tries = 0; new Set(await uuids()).size < 5 && tries < 100; tries++)
            await clients[1].command("NINFO");
          should(new Set(await uuids()).size).equal(5);
        });
      }
    });
  }

  describeWith("the monitoring page", chromiumMissing(), () => {
    let gateway: Gateway;
    let browser: Browser;

    before(async () => {
      [gateway, browser] = await Promise.all([startGateway({ rate: "2" }), sharedChromium()]);
    });

    after(async () => {
      await gateway.nodeRed.stop();
    });

    it("shows nodes that come and go, client programs, their words and robots", async () => {
      const { page, faults } = await openPage(browser, `${gateway.nodeRed.origin}/gatehouse/v/mesh`);
      await textBecomes(page, '[data-tile="nodes"] .figure', "5 of 5 active");
      await textBecomes(page, '[data-tile="serial"] .figure', "Open");
      const client = connect(gateway.tcp, { timeoutMs: 10_000 });
      await client.robots([{ name: "benbot", battery: 87 }]);
      await client.log("lap 1 finished");
      await textBecomes(page, '[data-tile="clients"] .figure', "1 listening");
      await textBecomes(page, ".robot h3", "benbot");
      await page.fill("#traffic-filter", "lap 1 note");
      await textBecomes(page, ".traffic .words", "lap 1 finished");
      await fetch(`${gateway.nodeRed.origin}/inject/sim-many`, { method: "POST" });
      await textBecomes(page, '[data-tile="nodes"] .figure', "20 of 20 active");
      client.close();
      await textBecomes(page, '[data-tile="clients"] .figure', "0 listening");
      should(faults).deepEqual([]);
      await page.close();
    });
  });
});

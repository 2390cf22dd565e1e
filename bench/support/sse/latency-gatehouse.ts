/** The shipped path in a process of its own: a Node-RED whose uart-port reads the TCP bridge that is named, and tells browsers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Runtime, startRuntime } from "../flow-runtime.ts";

/** Of the runtime, what deploys. */
interface Deploying {
  readonly runtime: {
    readonly flows: {
      getFlows(options: object): Promise<{ flows: object[] }>;
      setFlows(options: object): Promise<unknown>;
    };
  };
}

const [, , bytePort] = process.argv;
const PORT = [
  { id: "port", type: "gh-uart-port", device: `tcp://127.0.0.1:${bytePort}` },
  { id: "in", type: "gh-uart-in", z: "tab", x: 1, y: 1, port: "port", wires: [["codec"]] },
];

/** The flow of the benchmarks begins at its codec. */
async function addPort(red: Runtime): Promise<void> {
  const { runtime } = red as Runtime & Deploying;
  const { flows } = await runtime.flows.getFlows({});
  await runtime.flows.setFlows({ flows: { flows: [...flows, ...PORT] }, deploymentType: "nodes" });
}

const userDir = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
const { red, origin } = await startRuntime(userDir);
process.on("disconnect", async () => {
  await red.stop();
  rmSync(userDir, { recursive: true, force: true });
  process.exit();
});
await addPort(red);
process.send!({ port: Number(new URL(origin).port) });

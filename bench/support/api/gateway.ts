/** Our API in a process of its own: a Node-RED with the shipped path from a TCP bridge that is named to client programs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRuntime } from "../flow-runtime.ts";
import { CPU, cpuMs } from "./protocol.ts";

const [, , bytePort, port] = process.argv;

function node(id: string, type: string, fields: object, ...wires: string[][]): object {
  return { id, type, z: "tab", x: 1, y: 1, ...fields, wires };
}

const FLOW = [
  { id: "tab", type: "tab", label: "bench" },
  { id: "port", type: "gh-uart-port", device: `tcp://127.0.0.1:${bytePort}` },
  { id: "log", type: "gh-store-backend", kind: "memory", maxCount: "2000" },
  { id: "end", type: "gh-session-endpoint", role: "listen", transport: "tcp", port, framing: "raw", identifyS: "5" },
  node("in", "gh-uart-in", { port: "port" }, ["codec"], ["codec", "api"]),
  node("codec", "uart-codec", { mode: "decode", network: "mesh", batch: "auto" }, ["store"]),
  node("store", "node-store", { store: "log" }),
  node("feed", "gh-store-feed", { store: "log", filters: "mesh/#" }, ["api"]),
  node("clients", "gh-session-in", { endpoint: "end", send: "list" }, ["api"], ["api"]),
  node("api", "gh-gateway-api", { store: "log" }, ["out"]),
  node("out", "gh-session-out", {}),
];

const userDir = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
const { red } = await startRuntime(userDir, FLOW);
process.on("message", (message) => message === CPU && process.send!(cpuMs()));
process.on("disconnect", async () => {
  await red.stop();
  rmSync(userDir, { recursive: true, force: true });
  process.exit();
});
process.send!("ready");

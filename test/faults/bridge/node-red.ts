/** The shipped device bridge in a Node-RED of its own, on the file backend, killed and started again on the same ports. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULTS } from "../../../scripts/defaults.ts";
import { readFlows } from "../../../scripts/flows.ts";
import { freePorts } from "../../support/free-ports.ts";
import { freePort, type NodeRed, startNodeRed } from "../../support/node-red.ts";

const ROOT = join(import.meta.dirname, "../../..");

export class Bridge {
  readonly userDir = mkdtempSync(join(tmpdir(), "gatehouse-bridge-fault-"));
  readonly env: Record<string, string>;
  readonly #port: number;
  nodeRed: NodeRed;

  private constructor(port: number, env: Record<string, string>, nodeRed: NodeRed) {
    this.#port = port;
    this.env = env;
    this.nodeRed = nodeRed;
  }

  static async start(): Promise<Bridge> {
    const port = await freePort();
    const env = { ...DEFAULTS, ...(await freePorts()), GATEHOUSE_BACKEND: "file", HOST: "", PORT: String(port) };
    const bridge = new Bridge(port, env, undefined as unknown as NodeRed);
    await bridge.restart();
    return bridge;
  }

  get devicePort(): number {
    return Number(this.env.GATEHOUSE_DEVICE_PORT);
  }

  async restart(): Promise<void> {
    const { userDir } = this;
    const env = { ...this.env, GATEHOUSE_DATA: join(userDir, "data") };
    this.nodeRed = await startNodeRed({ flow: flowOf(), env, userDir, port: this.#port });
  }

  async kill(): Promise<void> {
    await this.nodeRed.stop("SIGKILL");
  }

  async end(): Promise<void> {
    await this.nodeRed.stop();
    rmSync(this.userDir, { recursive: true, force: true });
  }

  /** The numbers of a device in the order in which they are stored. */
  async numbersOf(device: string): Promise<number[]> {
    const query = `device=site/${device}&type=n&limit=10000`;
    const answer = await fetch(`${this.nodeRed.origin}/gatehouse/history?${query}`);
    return ((await answer.json()) as { value: number }[]).map(({ value }) => value);
  }

  /** Descriptors of the process that are no connections. */
  descriptors(): number {
    const folder = `/proc/${this.nodeRed.pid}/fd`;
    return readdirSync(folder).filter((fd) => !isConnection(join(folder, fd))).length;
  }
}

function isConnection(path: string): boolean {
  try {
    return readlinkSync(path).startsWith("socket:");
  } catch {
    return true;
  }
}

/** The tabs of the bridge and of the pages, as they ship. */
export function flowOf() {
  const nodes = ["gateway", "relay"].flatMap((name) => readFlows(join(ROOT, "flows", `${name}.json`)));
  const unique = [...new Map(nodes.map((node) => [node.id, node])).values()];
  const tabs = new Set(["device-bridge", "browser-relay"]);
  return unique.filter(({ id, type, z }) => (type === "tab" ? tabs.has(id) : z === undefined || tabs.has(z)));
}

/** The shipped device bridge in a Node-RED of its own, on the file backend, killed and started again on the same ports. */
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULTS } from "../../../scripts/defaults.ts";
import { readFlows } from "../../../scripts/flows.ts";
import { freePorts } from "../../support/free-ports.ts";
import { freePort, type NodeRed, startNodeRed } from "../../support/node-red.ts";

/** Those of the bridge and of the pages, which answer what is stored. */
const TABS: readonly string[] = ["device-bridge", "browser-relay"];
const ROOT = join(import.meta.dirname, "../../..");

export class Bridge {
  readonly userDir = mkdtempSync(join(tmpdir(), "gatehouse-bridge-fault-"));
  readonly env: Record<string, string>;
  readonly #port: number;
  readonly #tabs: readonly string[];
  nodeRed: NodeRed;

  private constructor(port: number, env: Record<string, string>, tabs: readonly string[], nodeRed: NodeRed) {
    this.#port = port;
    this.#tabs = tabs;
    this.env = env;
    this.nodeRed = nodeRed;
  }

  static async start(tabs: readonly string[] = TABS): Promise<Bridge> {
    const port = await freePort();
    const env = { ...DEFAULTS, ...(await freePorts()), GATEHOUSE_BACKEND: "file", HOST: "", PORT: String(port) };
    const bridge = new Bridge(port, env, tabs, undefined as unknown as NodeRed);
    await bridge.restart();
    return bridge;
  }

  get devicePort(): number {
    return Number(this.env.GATEHOUSE_DEVICE_PORT);
  }

  async restart(): Promise<void> {
    const { userDir } = this;
    const env = { ...this.env, GATEHOUSE_DATA: join(userDir, "data") };
    this.nodeRed = await startNodeRed({ flow: flowOf(this.#tabs), env, userDir, port: this.#port });
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

/** Tabs as they ship. */
export function flowOf(tabs = TABS) {
  const nodes = ["gateway", "relay"].flatMap((name) => readFlows(join(ROOT, "flows", `${name}.json`)));
  const unique = [...new Map(nodes.map((node) => [node.id, node])).values()];
  return unique.filter(({ id, type, z }) => (type === "tab" ? tabs.includes(id) : z === undefined || tabs.includes(z)));
}

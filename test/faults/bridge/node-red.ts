/** The shipped device bridge in a Node-RED of its own, on the file backend, killed and started again on the same ports. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULTS } from "../../../scripts/defaults.ts";
import { readFlows } from "../../../scripts/flows.ts";
import { freePorts } from "../../support/free-ports.ts";
import { freePort, type NodeRed, startNodeRed } from "../../support/node-red.ts";

/** Those of the bridge and of the pages, which answer what is stored. */
const TABS: readonly string[] = ["device-bridge", "browser-relay"];
const ROOT = join(import.meta.dirname, "../../..");

/** A machine that does much else besides starts slowly, which loses nothing. */
const START_WITHIN_MS = 180_000;
/** As the system's tables write it. */
const LISTEN = "0A";
const LISTENERS = join(import.meta.dirname, "listeners.cjs");

/** What a process has taken and must give back. */
export interface Census {
  /** That are no sockets. */
  readonly descriptors: number;
  /** On which it listens. */
  readonly ports: number;
  readonly listeners: number;
}

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
    this.nodeRed = await startNodeRed({
      ...{ flow: flowOf(this.#tabs), env, userDir, port: this.#port },
      ...{ nodeFlags: ["--require", LISTENERS], withinMs: START_WITHIN_MS },
    });
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

  /** What a process may collect over many deploys. */
  async census(): Promise<Census> {
    const links = linksOf(this.nodeRed.pid);
    const sockets = new Set(links.filter((link) => link.startsWith("socket:")));
    const from = this.nodeRed.log().length;
    process.kill(this.nodeRed.pid, "SIGWINCH");
    await this.nodeRed.printed(" listeners counted", from);
    return {
      descriptors: links.length - sockets.size,
      ports: listening().filter((inode) => sockets.has(`socket:[${inode}]`)).length,
      listeners: Number(/(\d+) listeners counted/.exec(this.nodeRed.log().slice(from))?.[1]),
    };
  }
}

/** Tabs as they ship. */
export function flowOf(tabs = TABS) {
  const nodes = ["gateway", "relay"].flatMap((name) => readFlows(join(ROOT, "flows", `${name}.json`)));
  const unique = [...new Map(nodes.map((node) => [node.id, node])).values()];
  return unique.filter(({ id, type, z }) => (type === "tab" ? tabs.includes(id) : z === undefined || tabs.includes(z)));
}

function linksOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(join(folder, fd))];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
}

/** Inodes of all sockets that listen, whoever's they are. */
function listening(): string[] {
  const tables = ["tcp", "tcp6"].map((name) => readFileSync(`/proc/net/${name}`, "utf8"));
  const rows = tables.flatMap((table) => table.trim().split("\n").slice(1)).map((row) => row.trim().split(/\s+/));
  return rows.filter(([, , , state]) => state === LISTEN).map((row) => row[9]!);
}

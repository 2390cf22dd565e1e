/** The shipped flows of robots and relays in a Node-RED of their own, with as many robots as a run wants. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { DEFAULTS } from "../../scripts/defaults.ts";
import { type FlowNode, joinFlows } from "../../scripts/flows.ts";
import { freePorts } from "./free-ports.ts";
import { freePort, type NodeRed, startNodeRed } from "./node-red.ts";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Robots and their relays, the pages that show them, and what they refer to. */
const TABS: ReadonlySet<string> = new Set(["robots", "robot-relay", "browser-relay"]);

export interface CommsOptions {
  readonly users: readonly string[];
  /** Messages that a queue holds. */
  readonly capacity?: number;
}

export class Comms {
  readonly bots: number;
  readonly relays: number;
  readonly #folder: string;
  readonly #options: CommsOptions;
  readonly #env: Readonly<Record<string, string>>;
  #nodeRed!: NodeRed;

  private constructor(options: CommsOptions, folder: string, env: Readonly<Record<string, string>>) {
    this.#options = options;
    this.#folder = folder;
    this.#env = env;
    this.bots = Number(env.GATEHOUSE_BOT_PORT);
    this.relays = Number(env.GATEHOUSE_RELAY_PORT);
  }

  static async open(options: CommsOptions): Promise<Comms> {
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-comms-"));
    const tokens = Object.fromEntries(options.users.map((user) => [tokenOf(user), user]));
    writeFileSync(join(folder, "tokens.json"), JSON.stringify(tokens));
    const env = {
      ...DEFAULTS,
      ...(await freePorts()),
      HOST: "",
      GATEHOUSE_BACKEND: "file",
      GATEHOUSE_DATA: join(folder, "data"),
      GATEHOUSE_TOKENS: join(folder, "tokens.json"),
    };
    const comms = new Comms(options, folder, env);
    await comms.start();
    return comms;
  }

  /** Again after `kill`, with what the disk has. */
  async start(): Promise<void> {
    const port = await freePort();
    const env = { ...this.#env, PORT: String(port) };
    this.#nodeRed = await startNodeRed({ flow: this.#flow(), env, port, userDir: this.#folder });
    // The last of the endpoints to open.
    await this.#nodeRed.printed("Robot relays] open");
    while ((await this.#accounts()) < this.#options.users.length) await sleep(50);
  }

  /** Who comes before the tokens are known waits, and beyond a thousand messages is refused. */
  async #accounts(): Promise<number> {
    const answer = await fetch(`${this.#nodeRed.origin}/gatehouse/token-registry/gatehouse-tokens`);
    return answer.ok ? ((await answer.json()) as unknown[]).length : 0;
  }

  #flow(): FlowNode[] {
    const { nodes } = joinFlows(join(ROOT, "flows"), ["gateway", "relay"]);
    const { users, capacity = 1000 } = this.#options;
    return nodes.filter(isWanted).map((node) => {
      if (node.type === "gh-robot-gate") return { ...node, mostRobots: String(users.length) };
      return node.type === "gh-relay-queue" ? { ...node, capacity: String(capacity) } : node;
    });
  }

  /** All that counters of this name have, over nodes and queues. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.#nodeRed.origin}/gatehouse/metrics`)).text();
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async kill(): Promise<void> {
    await this.#nodeRed.stop("SIGKILL");
  }

  async close(): Promise<void> {
    await this.#nodeRed.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isWanted({ id, z, type }: FlowNode): boolean {
  if (type === "tab") return TABS.has(id);
  return z === undefined ? !/^gh-(uart|.*mesh)/.test(type) && !id.startsWith("mesh") : TABS.has(z);
}

export function tokenOf(user: string): string {
  return `token-of-${user}-long-enough-to-count`;
}

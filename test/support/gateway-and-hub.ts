/** A gateway and its hub, each `npm start` in a process of its own with its own store: the hub can be killed and started again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "./node-red.ts";
import { type Started, startGatehouse } from "./started.ts";

const ASK_EVERY_MS = 50;

export class GatewayAndHub {
  readonly gateway: Started;
  readonly #folder: string;
  readonly #ports: Readonly<Record<string, string>>;
  #hub: Started;

  private constructor(folder: string, ports: Readonly<Record<string, string>>, [gateway, hub]: readonly Started[]) {
    this.#folder = folder;
    this.#ports = ports;
    this.gateway = gateway!;
    this.#hub = hub!;
  }

  static async start(): Promise<GatewayAndHub> {
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-hub-"));
    const ports = { PORT: String(await freePort()), GATEHOUSE_HUB_PORT: String(await freePort()) };
    const gateway = { GATEHOUSE_FLOWS: "gateway", GATEHOUSE_SIMULATE: "0" };
    const url = `ws://127.0.0.1:${ports.GATEHOUSE_HUB_PORT}/`;
    const both = await Promise.all([
      startGatehouse({ ...gateway, GATEHOUSE_USER_DIR: join(folder, "gateway"), GATEHOUSE_HUB_URL: url }),
      startHub(folder, ports),
    ]);
    return new GatewayAndHub(folder, ports, both);
  }

  get hubPort(): string {
    return this.#ports.GATEHOUSE_HUB_PORT!;
  }

  get devicePort(): number {
    return Number(this.gateway.env.GATEHOUSE_DEVICE_PORT);
  }

  /** As a machine that loses its power. */
  async killHub(): Promise<void> {
    await this.#hub.stop("SIGKILL");
  }

  async restartHub(): Promise<void> {
    this.#hub = await startHub(this.#folder, this.#ports);
  }

  async end(): Promise<void> {
    await Promise.all([this.gateway.stop("SIGTERM"), this.#hub.stop("SIGTERM")]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What the hub has stored of a device's `n`, in its order. */
  async storedAtHub(device: string): Promise<number[]> {
    const answer = await this.ask(`history?device=site/${device}&type=n&limit=10000`);
    return ((await answer.json()) as { readonly value: number }[]).map(({ value }) => value);
  }

  /** Asks until the hub has so many, or for so long. */
  async storedUpTo(device: string, count: number, withinMs = Number.POSITIVE_INFINITY): Promise<number[]> {
    const latest = performance.now() + withinMs;
    for (;;) {
      const stored = await this.storedAtHub(device);
      if (new Set(stored).size >= count || performance.now() > latest) return stored;
      await wait(ASK_EVERY_MS);
    }
  }

  /** As a page of the hub sends it; asks again while the hub does not know that the device is there. */
  async command(device: string, type: string, payload: unknown): Promise<number> {
    const body = JSON.stringify({ device: `site/${device}`, type, payload, deadline: Date.now() + 60_000 });
    const headers = { "content-type": "application/json" };
    for (;;) {
      const { status } = await this.ask("commands", { method: "POST", headers, body });
      if (status !== 404) return status;
      await wait(ASK_EVERY_MS);
    }
  }

  ask(path: string, request: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#hub.origin}/gatehouse/${path}`, request);
  }
}

function startHub(folder: string, ports: Readonly<Record<string, string>>): Promise<Started> {
  return startGatehouse({
    GATEHOUSE_FLOWS: "relay",
    GATEHOUSE_SIMULATE: "0",
    GATEHOUSE_USER_DIR: join(folder, "hub"),
    ...ports,
  });
}

/** A gateway towards its hubs: each connection is a hub, which is told of all devices and may send them commands (PROTOCOLS 6.1). */
import { AckDevice, type DeviceEvent } from "../../lib/ack/device.ts";
import { deviceName, wireName } from "../../lib/ack/identity.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import { now } from "../shared/drive.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { findSession } from "../shared/sessions.ts";
import { fieldsOf, monotonic } from "./commands.ts";
import { Names } from "./names.ts";
import type { Outputs } from "./outputs.ts";
import type { AckOptions } from "./read-options.ts";
import type { Role } from "./role.ts";
import { wireValue } from "./wire-value.ts";

interface Hub {
  readonly key: string;
  readonly core: AckDevice<null>;
  /** Null while it is away. */
  connection: string | null;
  /** What it greeted us with first, which we keep. */
  clientId: unknown;
}

/** Hubs that are remembered while they are away. */
const MAX_HUBS = 64;
const SWEEP_MS = 1000;

export class ClientRole implements Role {
  readonly #options: AckOptions;
  readonly #names: Names;
  readonly #outputs: Outputs;
  /** By the URL that their endpoint connects to. */
  readonly #hubs = new Map<string, Hub>();
  /** Devices that are connected, as hubs are told of them. */
  readonly #devices = new Map<string, JsonObject>();
  readonly #sweep = setInterval(() => this.#sweepAll(), SWEEP_MS);

  constructor(options: AckOptions, outputs: Outputs) {
    this.#options = options;
    this.#names = new Names(options.network);
    this.#outputs = outputs;
  }

  get peers(): number {
    return [...this.#hubs.values()].filter(({ core }) => core.isConnected).length;
  }

  get held(): number {
    return [...this.#hubs.values()].reduce((sum, { core }) => sum + core.held, 0);
  }

  /** The hub greets first. */
  opened({ payload, _session }: GatehouseMessage): void {
    const { url, address, port } = payload as Record<string, string>;
    const hub = this.#hubOf(url ?? `${address}:${port}`);
    if (!hub) {
      this.#outputs.drop("hubs-full", { _session: _session! });
      return;
    }
    hub.connection = _session!.id;
  }

  /** What devices say waits for a hub that was never there; with one that is no more, what waits for it is gone. */
  target({ type, payload, _session }: GatehouseMessage): void {
    const { url } = payload as { readonly url: string };
    if (type === "removed") this.#forget(url);
    else if (!this.#hubOf(url)) this.#outputs.drop("hubs-full", { _session: _session! });
  }

  #forget(key: string): void {
    const hub = this.#hubs.get(key);
    if (!hub) return;
    const peer = { kind: "hub", id: key };
    this.#perform(hub, hub.core.close());
    for (let left = hub.core.held; left > 0; left--) this.#outputs.drop("removed", { peer });
    this.#hubs.delete(key);
    this.#outputs.event("forgotten", { peer });
  }

  #hubOf(key: string): Hub | null {
    const known = this.#hubs.get(key);
    if (known) return known;
    if (this.#hubs.size >= MAX_HUBS) return null;
    const { capacity, window } = this.#options;
    const core = new AckDevice<null>({ identity: {}, capacity, window, overflow: "oldest" });
    const hub: Hub = { key, core, connection: null, clientId: undefined };
    this.#hubs.set(key, hub);
    return hub;
  }

  closed({ _session }: GatehouseMessage): void {
    const hub = this.#byConnection(_session!.id);
    if (!hub) return;
    this.#perform(hub, hub.core.close());
    hub.connection = null;
  }

  received({ payload, _session }: GatehouseMessage): void {
    const hub = this.#byConnection(_session!.id);
    const read = wireValue(payload);
    if (!hub) findSession(_session!.id)?.close("restarted");
    else if ("fault" in read) this.#outputs.drop(read.fault, { _session: _session! });
    else this.#perform(hub, this.#told(hub, read.value));
  }

  #told(hub: Hub, value: JsonObject): DeviceEvent<null>[] {
    const { unique_client_id: greeted } = value;
    if (greeted === undefined) return hub.core.receive(value, now());
    hub.clientId ??= greeted;
    return hub.core.open({ client_id: hub.clientId });
  }

  /** What a device said, or that it came or went (the events of the other role), for every hub. */
  send(message: GatehouseMessage): void {
    // Browsers and gateways come and go too.
    if (message.device === undefined) return;
    const id = this.#names.idOf(message.device);
    const told = this.#toldOf(id, message);
    if (told === null) return;
    const outgoing = { fields: { dev_id: wireName(id), ...told }, ref: null, deadline: monotonic(message.deadline) };
    for (const hub of this.#hubs.values()) this.#perform(hub, hub.core.send(outgoing, now()));
  }

  #toldOf(id: string, message: GatehouseMessage): JsonObject | null {
    if (message.type === "identified") {
      const { address } = message.payload as JsonObject;
      const told = { connected: 1, address };
      this.#devices.set(id, told);
      return told;
    }
    if (message.type !== "disconnected") return message.type === undefined ? fieldsOf(message) : null;
    const { address } = this.#devices.get(id) ?? {};
    this.#devices.delete(id);
    return { disconnected: 1, ...(address !== undefined && { address }) };
  }

  confirm(): void {}

  async stop(): Promise<void> {
    clearInterval(this.#sweep);
  }

  #byConnection(connection: string): Hub | undefined {
    return [...this.#hubs.values()].find((hub) => hub.connection === connection);
  }

  #sweepAll(): void {
    for (const hub of this.#hubs.values()) this.#perform(hub, hub.core.sweep(now()));
  }

  #perform(hub: Hub, events: readonly DeviceEvent<null>[]): void {
    for (const event of events) this.#performOne(hub, event);
  }

  #performOne(hub: Hub, event: DeviceEvent<null>): void {
    const peer = { kind: "hub", id: hub.key };
    if (event.type === "write" && hub.connection) this.#outputs.write(hub.connection, event.message);
    if (event.type === "dropped") this.#outputs.drop(event.reason, { peer });
    if (event.type === "connected" || event.type === "disconnected") this.#outputs.event(event.type, { peer });
    if (event.type === "connected") this.#announce(hub);
    if (event.type !== "received") return;
    this.#perform(hub, hub.core.commit(event.epoch, event.id));
    this.#order(hub.key, event.fields);
  }

  /** All that are there, since the hub may have forgotten. */
  #announce(hub: Hub): void {
    for (const [id, told] of this.#devices) {
      const fields = { dev_id: wireName(id), ...told };
      this.#perform(hub, hub.core.send({ fields, ref: null, deadline: Number.POSITIVE_INFINITY }, now()));
    }
  }

  /** A hub's command for a device. */
  #order(hub: string, { dev_id: given, ...payload }: JsonObject): void {
    const id = deviceName(given);
    const peer = { kind: "hub", id: hub };
    if (Object.keys(payload).length === 0) return;
    if (id === null) this.#outputs.drop("no-device", { peer });
    else
      this.#outputs.application({ device: this.#names.deviceOf(id), type: "message", payload, peer, time: Date.now() });
  }
}

/** Which browser views which device, and what each is told: the field protocol's own routing (PROTOCOLS 6.1). */
import type { JsonObject } from "../json/safe-json.ts";
import { deviceName, wireName } from "./identity.ts";
import { EVERYTHING, type Permits } from "./permits.ts";
import type { Device, RouterEvent, RouterState } from "./router-events.ts";
import type { Address } from "./server-events.ts";

export type { RouterEvent, RouterState } from "./router-events.ts";
export type { Address } from "./server-events.ts";

/** Of devices that the list keeps, those that are away included. */
const MAX_DEVICES = 100_000;
/** An address as it is told of a device that was never there. */
const NOWHERE: Address = ["", 0];

export class DeviceRouter {
  readonly #devices: Map<string, Device>;
  readonly #views: Map<string, string | null>;
  readonly #viewers = new Map<string, Set<string>>();
  readonly #permits: Permits;

  /** `state`: of another router, which is used no more. */
  constructor(permits: Permits = EVERYTHING, state: RouterState = { devices: new Map(), views: new Map() }) {
    this.#permits = permits;
    this.#devices = state.devices;
    this.#views = state.views;
    for (const [browser, device] of this.#views) if (device !== null) this.#join(browser, device);
  }

  get state(): RouterState {
    return { devices: this.#devices, views: this.#views };
  }

  get devices(): number {
    return this.#devices.size;
  }

  get browsers(): number {
    return this.#views.size;
  }

  viewersOf(device: string): readonly string[] {
    return [...(this.#viewers.get(device) ?? [])];
  }

  /** A device came, or is known to be there; all browsers are told that may see it. */
  connect(device: string, address: Address, gateway: string | null = null): RouterEvent[] {
    if (!this.#devices.has(device) && this.#devices.size >= MAX_DEVICES) {
      return [{ type: "dropped", from: device, reason: "devices-full" }];
    }
    const known = this.#devices.get(device);
    this.#devices.set(device, { isConnected: true, address, gateway });
    // A gateway tells of all its devices when it comes back.
    return known?.isConnected && known.gateway === gateway
      ? []
      : this.#tellAll(device, described(device, "connected", address));
  }

  disconnect(device: string): RouterEvent[] {
    const known = this.#devices.get(device);
    if (!known?.isConnected) return [];
    known.isConnected = false;
    return this.#tellAll(device, described(device, "disconnected", known.address));
  }

  /** A gateway is gone, and with it all that it held. */
  disconnectGateway(gateway: string): RouterEvent[] {
    const held = [...this.#devices].filter(([, device]) => device.gateway === gateway);
    return held.flatMap(([device]) => this.disconnect(device));
  }

  /** Whoever held the connections has begun anew. */
  disconnectAll(): RouterEvent[] {
    return [...this.#devices.keys()].flatMap((device) => this.disconnect(device));
  }

  forgetDevice(device: string): void {
    this.#devices.delete(device);
  }

  /** A browser came, or came back. */
  open(browser: string): void {
    if (!this.#views.has(browser)) this.#views.set(browser, null);
  }

  forgetBrowser(browser: string): RouterEvent[] {
    const events = this.#view(browser, null);
    this.#views.delete(browser);
    return events;
  }

  /** What a device says goes to each browser that views it, as far as that may read it. */
  fromDevice(device: string, fields: JsonObject): RouterEvent[] {
    return this.viewersOf(device).flatMap((browser) => {
      const readable = this.#permits.readable(browser, device, fields);
      return readable ? [{ type: "send", browser, fields: { ...readable, dev_id: wireName(device) } }] : [];
    });
  }

  /** A gateway tells that a device came or went, or passes on what it says. */
  fromGateway(gateway: string, { dev_id: given, ...fields }: JsonObject): RouterEvent[] {
    const device = deviceName(given);
    if (device === null) return [{ type: "dropped", from: gateway, reason: "no-device" }];
    if (fields.connected !== undefined) return this.connect(device, addressIn(fields), gateway);
    if (fields.disconnected !== undefined) return this.disconnect(device);
    return this.fromDevice(device, fields);
  }

  fromBrowser(browser: string, fields: JsonObject): RouterEvent[] {
    this.open(browser);
    if (fields.query !== undefined) return this.#answer(browser, fields.params);
    const device = deviceName(fields.dev_id);
    if (device === null) return [{ type: "dropped", from: browser, reason: "no-device" }];
    const { dev_id: _, ...rest } = fields;
    const isChoice = rest.choose !== undefined || Object.keys(rest).length === 0;
    return isChoice ? this.#choose(browser, device) : this.#command(browser, device, fields, rest);
  }

  /** Of a device that it may not see it is not told whether it is there. */
  #choose(browser: string, device: string): RouterEvent[] {
    if (!this.#permits.sees(browser, device)) {
      const fields = { ...described(device, "not_connected", NOWHERE), error: "forbidden" };
      return [...this.#view(browser, null), { type: "send", browser, fields }];
    }
    const known = this.#devices.get(device);
    const state = known?.isConnected ? "connected" : "not_connected";
    const fields = described(device, state, known?.address ?? NOWHERE);
    return [...this.#view(browser, device), { type: "send", browser, fields }];
  }

  /** A message for a device that is away comes back, and nothing is kept. */
  #command(browser: string, device: string, fields: JsonObject, command: JsonObject): RouterEvent[] {
    const may = this.#permits.sees(browser, device) || this.#permits.commands(browser, device);
    if (!may) return [{ type: "send", browser, fields: { ...fields, error: "forbidden" } }];
    const known = this.#devices.get(device);
    const gateway = known?.gateway ?? null;
    if (known?.isConnected && gateway !== null) return [{ type: "forward", device, gateway, fields }];
    if (known?.isConnected) return [{ type: "command", browser, device, fields: command }];
    return [{ type: "send", browser, fields: { ...fields, not_connected: 1 } }];
  }

  #answer(browser: string, params: unknown): RouterEvent[] {
    if (typeof params !== "object" || params === null || !("dev_list" in params)) {
      return [{ type: "dropped", from: browser, reason: "no-device" }];
    }
    const seen = [...this.#devices].filter(([device]) => this.#permits.sees(browser, device));
    const list = seen.map(([device, { isConnected, address }]) => ({
      dev: wireName(device),
      connected: isConnected,
      address,
    }));
    return [{ type: "send", browser, fields: { dev_list: list } }];
  }

  /** Choosing another device leaves the first. */
  #view(browser: string, device: string | null): RouterEvent[] {
    const before = this.#views.get(browser) ?? null;
    if (before === device) return [];
    if (before !== null) this.#leave(browser, before);
    this.#views.set(browser, device);
    if (device !== null) this.#join(browser, device);
    return [{ type: "viewing", browser, device }];
  }

  #join(browser: string, device: string): void {
    this.#viewers.set(device, (this.#viewers.get(device) ?? new Set()).add(browser));
  }

  #leave(browser: string, device: string): void {
    const viewers = this.#viewers.get(device);
    viewers?.delete(browser);
    if (viewers?.size === 0) this.#viewers.delete(device);
  }

  #tellAll(device: string, fields: JsonObject): RouterEvent[] {
    const told = [...this.#views.keys()].filter((browser) => this.#permits.sees(browser, device));
    return told.map((browser) => ({ type: "send", browser, fields }));
  }
}

function described(
  device: string,
  state: "connected" | "not_connected" | "disconnected",
  address: Address,
): JsonObject {
  return { dev_id: wireName(device), [state]: 1, address };
}

function addressIn({ address }: JsonObject): Address {
  const [host, port] = Array.isArray(address) ? address : [];
  return typeof host === "string" && typeof port === "number" ? [host, port] : NOWHERE;
}

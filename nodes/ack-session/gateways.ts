/**
 * Gateways of other processes: what their devices say is kept as what our own say, and a command goes by the gateway that
 * holds its device. One of this process has done all that itself, on the same store.
 */
import { deviceName } from "../../lib/ack/identity.ts";
import { allows } from "../../lib/auth/scopes.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import type { DeviceLink } from "../../lib/store/device-keys.ts";
import { topicOf } from "../../lib/store/topic.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { PROCESS_HEADER, PROCESS_NAME } from "../shared/process-name.ts";
import type { Keeping } from "./keeping.ts";
import type { Names } from "./names.ts";

/** That gateways hold, all together. */
const MAX_DEVICES = 100_000;

export class Gateways {
  readonly #names: Names;
  readonly #keeping: Keeping | null;
  readonly #refuse: (gateway: string) => void;
  /** Connections that this process has made. */
  readonly #own = new Set<string>();
  /** What the tokens allow by which connections came. */
  readonly #scopes = new Map<string, readonly string[]>();
  /** Device → the gateway that holds it. */
  readonly #holders = new Map<string, string>();

  /** `refuse`: a gateway tells of a device, and there is no room for one more. */
  constructor(names: Names, keeping: Keeping | null, refuse: (gateway: string) => void) {
    this.#names = names;
    this.#refuse = refuse;
    this.#keeping = keeping;
  }

  opened(connection: string, { headers }: Record<string, unknown>): void {
    if ((headers as Record<string, unknown> | undefined)?.[PROCESS_HEADER] === PROCESS_NAME) this.#own.add(connection);
  }

  closed(connection: string): void {
    this.#own.delete(connection);
    this.#scopes.delete(connection);
  }

  /** What a device token auth says of a connection's first message; nobody where it needed no token. */
  presented(connection: string, { user, scopes }: GatehouseMessage): void {
    if (user !== undefined && user !== "") this.#scopes.set(connection, scopes as readonly string[]);
  }

  /** By its token it may say what this device says. */
  mayTell(connection: string, { dev_id: given }: JsonObject): boolean {
    const scopes = this.#scopes.get(connection);
    const id = deviceName(given);
    return scopes === undefined || id === null || allows(scopes, "publish", topicOf(this.#names.deviceOf(id), "#"));
  }

  holderOf(device: string): string | undefined {
    return this.#holders.get(device);
  }

  /** Whether a message is what a device said, to be kept. */
  isData(connection: string, fields: JsonObject): boolean {
    if (this.#keeping === null || this.#own.has(connection) || isAnnouncement(fields)) return false;
    return deviceName(fields.dev_id) !== null && this.mayTell(connection, fields);
  }

  /** The device that came, if that is what it tells. */
  announced(gateway: string, connection: string, fields: JsonObject): string | null {
    const id = deviceName(fields.dev_id);
    if (id === null || this.#own.has(connection) || !isAnnouncement(fields)) return null;
    if (fields.connected === undefined) {
      this.#leave(id, gateway);
      return null;
    }
    if (this.#holders.size >= MAX_DEVICES && !this.#holders.has(id)) {
      this.#refuse(gateway);
      return null;
    }
    const { address } = fields as Pick<DeviceLink, "address">;
    this.#holders.set(id, gateway);
    this.#link(id, { connected: true, since: Date.now(), ...(Array.isArray(address) && { address }) });
    return id;
  }

  /** It is gone, and with it its devices. */
  left(gateway: string): void {
    for (const id of [...this.#holders.keys()]) this.#leave(id, gateway);
  }

  /** Nothing, where another gateway holds it by now. */
  #leave(id: string, gateway: string): void {
    if (this.#holders.get(id) !== gateway) return;
    this.#holders.delete(id);
    this.#link(id, { connected: false, since: Date.now() });
  }

  #link(id: string, link: DeviceLink): void {
    this.#keeping?.link(this.#names.deviceOf(id), link);
  }
}

function isAnnouncement({ connected, disconnected }: JsonObject): boolean {
  return connected !== undefined || disconnected !== undefined;
}

/** Keys of the store that describe devices, and their values. */

/** `presence.<device>` is ours, `device.<device>` is set by hand. */
export const PRESENCE_PREFIX = "presence.";
export const DEVICE_PREFIX = "device.";
/** `reset.<network>`: all devices of the network were disconnected at once, until they are heard again. */
export const RESET_PREFIX = "reset.";
/** `link.<device>` is put by who holds the connection of a device, where its protocol has one. */
export const LINK_PREFIX = "link.";

/** Value of `presence.<device>`. */
export interface Presence {
  readonly firstSeen: number;
  readonly staleAfterMs: number;
  readonly disconnectedAfterMs: number;
}

/** Value of `reset.<network>`. */
export interface Reset {
  readonly at: number;
}

/** Value of `link.<device>`. */
export interface DeviceLink {
  readonly connected: boolean;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly address?: readonly [host: string, port: number];
}

/** Value of `device.<device>`. */
export interface DeviceDetails {
  readonly name?: string | null;
  readonly uuid?: string | null;
  readonly labels?: Readonly<Record<string, string>>;
}

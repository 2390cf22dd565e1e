/** Keys of the store that describe devices, and their values. */
import type { KnownCommand } from "../commands/known.ts";

/** `presence.<device>` is ours, `device.<device>` is set by hand. */
export const PRESENCE_PREFIX = "presence.";
export const DEVICE_PREFIX = "device.";
/** `reset.<network>`: all devices of the network were disconnected at once, until they are heard again. */
export const RESET_PREFIX = "reset.";
/** `link.<device>` is put by who holds the connection of a device, where its protocol has one. */
export const LINK_PREFIX = "link.";
/** `command.<device>/<type>`: a command that the device has taken. */
export const COMMAND_PREFIX = "command.";

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

/** Value of `command.<device>/<type>`. */
export interface LearnedCommand {
  readonly known: KnownCommand;
  /** When something new was learned of it; milliseconds since 1970. */
  readonly since: number;
}

/** Value of `device.<device>`. */
export interface DeviceDetails {
  readonly name?: string | null;
  readonly uuid?: string | null;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Without a type, what the keys of all commands of the device begin with. */
export function commandKey(device: string, type = ""): string {
  return `${COMMAND_PREFIX}${device}/${type}`;
}

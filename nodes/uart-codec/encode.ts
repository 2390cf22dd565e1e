/** A command for a mesh device, or the readings of an edge device, become one frame each. */
import { encodeCommand } from "../../lib/uart/commands.ts";
import { encodeFrame } from "../../lib/uart/frame.ts";
import { encodeReadings, type ReadingToSend } from "../../lib/uart/messages.ts";
import { wireOfType } from "../../lib/uart/type-names.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { UartCodecOptions } from "./read-options.ts";

interface Addressed {
  readonly device?: unknown;
  readonly address?: unknown;
  readonly type?: unknown;
  readonly payload?: unknown;
}

const MAX_ADDRESS = 0xffff;

/** Throws RangeError naming what is wrong with the message. */
export function encodeToFrames(message: GatehouseMessage, options: UartCodecOptions): Buffer {
  if (options.side === "gateway") return frameOfCommand(message, options);
  const readings: Addressed[] = Array.isArray(message.payload) ? message.payload : [message];
  return Buffer.concat(groupByAddress(readings, options).map((group) => frameOfReadings(group, options)));
}

function frameOfCommand(command: Addressed, options: UartCodecOptions): Buffer {
  const address = addressOf(command, options.network);
  const { types, generation, crc } = options;
  const given = { type: typeOf(command), payload: command.payload, ...(address === undefined ? {} : { address }) };
  return encodeFrame(encodeCommand(given, generation, types), { crc });
}

interface Group {
  readonly address: number;
  readonly readings: ReadingToSend[];
}

/** Neighbours of one address share a message, as an edge device would send them. */
function groupByAddress(readings: readonly Addressed[], options: UartCodecOptions): Group[] {
  const groups: Group[] = [];
  for (const reading of readings) {
    const address = addressOf(reading, options.network);
    if (address === undefined) throw new RangeError("a reading needs msg.device or msg.address");
    const last = groups.at(-1);
    const one = { type: typeOf(reading), value: reading.payload };
    if (last?.address === address) last.readings.push(one);
    else groups.push({ address, readings: [one] });
  }
  return groups;
}

function frameOfReadings({ address, readings }: Group, options: UartCodecOptions): Buffer {
  const { types, crc, endMark, generation } = options;
  // Each generation has a layout of its own (PROTOCOLS 1.3).
  const layout = options.layout === "auto" ? (generation === 1 ? "type3" : "opcode1") : options.layout;
  return encodeFrame(encodeReadings(address, readings, layout, types, { endMark }), { crc });
}

function typeOf({ type }: Addressed): string {
  if (typeof type === "string" && type !== "") return wireOfType(type);
  throw new RangeError("msg.type must be the name of a command or data type");
}

/** msg.address, or the number in msg.device; undefined where there is neither. */
function addressOf({ address, device }: Addressed, network: string): number | undefined {
  if (address !== undefined) return toAddress(address, "msg.address");
  if (device === undefined) return undefined;
  const parts = String(device).split("/");
  if (parts.length !== 2) throw new RangeError(`msg.device must be ${network}/<address>, got ${device}`);
  if (parts[0] !== network)
    throw new RangeError(`msg.device is of network "${parts[0]}", this codec's is "${network}"`);
  return toAddress(parts[1], "the address in msg.device");
}

function toAddress(value: unknown, what: string): number {
  const number = typeof value === "number" ? value : /^\d{1,5}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (Number.isInteger(number) && number >= 0 && number <= MAX_ADDRESS) return number;
  throw new RangeError(`${what} must be 0..${MAX_ADDRESS}, got ${value}`);
}

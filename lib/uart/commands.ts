/** Commands to the mesh module as payloads of frames, for both generations (PROTOCOLS 1.2, 1.3). */
import type { DataTypeTable } from "./data-types.ts";
import { addressBytes, toBytes } from "./wire-values.ts";

export interface MeshCommand {
  /** Of the node it is for; the module's own commands need none. */
  readonly address?: number;
  /** A row of the table below, a row's word, or the name of a defined data type: its value goes as a message. */
  readonly type: string;
  readonly payload: unknown;
}

export type Generation = 1 | 2;

/** What follows the five characters: `counted` address, length, message · `open` address, message · `placeholder` address 0, message. */
type Form = "counted" | "open" | "placeholder" | "nothing";

interface ModuleCommand {
  readonly type: string;
  readonly word: string;
  /** Null: the generation does not know the command. */
  readonly first: Form | null;
  readonly later: Form | null;
}

const MODULE_COMMANDS: readonly ModuleCommand[] = [
  { type: "message", word: "SEND-", first: "counted", later: "open" },
  { type: "network", word: "NINFO", first: "nothing", later: "nothing" },
  { type: "acknowledged-message", word: "SENDI", first: null, later: "open" },
  { type: "broadcast", word: "BCAST", first: null, later: "placeholder" },
  { type: "root-reset", word: "RST-R", first: null, later: "nothing" },
  { type: "clean", word: "CLEAN", first: null, later: "nothing" },
];

const REPLY = "<R>";
const NEWLINE = "\n";
const MAX_MESSAGE_BYTES = 255;

/**
 *     command 5 ASCII | content | "\n" (generation 1)
 *
 * `reply` answers a node's request, `verbatim` sends its payload as it is. The result still needs a frame around it.
 * Throws RangeError naming the fault.
 */
export function encodeCommand(command: MeshCommand, generation: Generation, types: DataTypeTable): Buffer {
  const what = `command "${command.type}"`;
  if (command.type === "verbatim") return toBytes(command.payload, what);
  if (command.type === "reply") {
    return Buffer.concat([addressOf(command, what), Buffer.from(REPLY), toBytes(command.payload, what)]);
  }
  const row = MODULE_COMMANDS.find(({ type, word }) => type === command.type || word === command.type);
  if (row) return encodeModuleCommand(row, command, generation, (value) => toBytes(value, what));
  const type = types.byName(command.type);
  if (!type) throw new RangeError(`${what} is not known`);
  return encodeModuleCommand(MODULE_COMMANDS[0]!, command, generation, (value) => types.encode(type, value));
}

function encodeModuleCommand(
  row: ModuleCommand,
  command: MeshCommand,
  generation: Generation,
  encode: (value: unknown) => Buffer,
): Buffer {
  const form = generation === 1 ? row.first : row.later;
  if (form === null) throw new RangeError(`command "${command.type}" needs generation ${generation === 1 ? 2 : 1}`);
  const end = Buffer.from(generation === 1 ? NEWLINE : "");
  return Buffer.concat([Buffer.from(row.word), ...encodeForm(form, command, encode), end]);
}

function encodeForm(form: Form, command: MeshCommand, encode: (value: unknown) => Buffer): Buffer[] {
  if (form === "nothing") return [];
  const what = `command "${command.type}"`;
  const address = form === "placeholder" ? addressBytes(0) : addressOf(command, what);
  const message = encode(command.payload);
  if (form !== "counted") return [address, message];
  if (message.length > MAX_MESSAGE_BYTES) {
    throw new RangeError(`${what}: a message has ${MAX_MESSAGE_BYTES} bytes at most, got ${message.length}`);
  }
  return [address, Buffer.of(message.length), message];
}

function addressOf(command: MeshCommand, what: string): Buffer {
  if (command.address === undefined) throw new RangeError(`${what} needs an address`);
  return addressBytes(command.address);
}

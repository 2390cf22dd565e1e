/** Reads the fields of a udp-handshake, role by role. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type Peer, parsePeer, parsePeerFile, parsePool } from "../../lib/handshake/address.ts";
import type { DeliveryClass } from "../../lib/handshake/backlog.ts";
import type { ClientOptions } from "../../lib/handshake/client.ts";
import type { ElementForm } from "../../lib/handshake/element.ts";
import type { ServerOptions } from "../../lib/handshake/server.ts";
import { checkDevice } from "../../lib/store/ids.ts";
import { choiceOption, type Fields, flagOption, integerOption, numberOption, textOption } from "../shared/options.ts";
import type { DatagramOptions } from "./datagrams.ts";
import type { OutflowOptions } from "./outflow.ts";

export interface ServerNodeOptions extends ServerOptions, DatagramOptions {
  readonly role: "server";
  readonly address: string;
  readonly handshakePort: number;
  readonly outflow: OutflowOptions;
}

export interface ClientNodeOptions extends ClientOptions {
  readonly role: "client";
  readonly peer: Peer;
  /** Whose readings the elements become. */
  readonly device: string;
  /** Whether a lease is held while nobody says that he watches. */
  readonly always: boolean;
  readonly perBrowser: boolean;
  readonly maxLeases: number;
}

export interface BoardNodeOptions {
  readonly role: "board";
  readonly side: "gateway" | "board";
  readonly address: string;
  readonly port: number;
  /** The board, or the gateway where this is the board's side; null: any board that sends. */
  readonly peer: Peer | null;
  readonly device: string;
  readonly seekEveryMs: number;
  readonly silentMs: number;
}

type HandshakeOptions = ServerNodeOptions | ClientNodeOptions | BoardNodeOptions;

const PORT = [1, 65_535] as const;
const HANDSHAKE_PORT = 55_057;
const BOARD_PORT = 55_056;
const POOL = "55058-55077";
const DAY_S = 86_400;
const MAX_CLIENTS = 100;
const MAX_BACKLOG = 100_000;

/** Throws RangeError naming the field. */
export function readHandshakeOptions(fields: Fields): HandshakeOptions {
  const role = choiceOption(fields, "role", ["server", "client", "board"], "server");
  if (role === "client") return readClient(fields);
  return role === "board" ? readBoard(fields) : readServer(fields);
}

function readServer(fields: Fields): ServerNodeOptions {
  const pool = parsePool(textOption(fields, "pool", POOL), "pool");
  const handshakePort = integerOption(fields, "handshakePort", PORT, HANDSHAKE_PORT);
  const maxClients = integerOption(fields, "maxClients", [1, MAX_CLIENTS], 10);
  if (pool.length < maxClients) {
    throw new RangeError(`"pool" must have at least "maxClients" ports (${maxClients}), got ${pool.length}`);
  }
  if (pool.includes(handshakePort)) throw new RangeError(`"pool" must not have the handshake port ${handshakePort}`);
  return {
    role: "server",
    address: addressOption(fields),
    handshakePort,
    pool,
    maxClients,
    reserveMs: seconds(fields, "reserveS", 5),
    silentMs: seconds(fields, "silentS", 60),
    destination: choiceOption(fields, "destination", ["data-port", "confirm-source"], "data-port"),
    form: choiceOption<ElementForm>(fields, "form", ["event", "json"], "event"),
    warnBytes: integerOption(fields, "warnBytes", [0, 65_535], 0),
    outflow: {
      delivery: choiceOption<DeliveryClass>(fields, "delivery", ["log", "latest"], "log"),
      most: integerOption(fields, "backlog", [1, MAX_BACKLOG], 1000),
    },
  };
}

function readClient(fields: Fields): ClientNodeOptions {
  const always = choiceOption(fields, "hold", ["always", "watched"], "always") === "always";
  return {
    role: "client",
    peer: readPeer(fields),
    device: deviceOption(fields, "solar-relay/board"),
    always,
    perBrowser: !always && flagOption(fields, "perBrowser", false),
    maxLeases: integerOption(fields, "maxLeases", [1, MAX_CLIENTS], 10),
    helloEveryMs: seconds(fields, "helloEveryS", 2),
    runningEveryMs: seconds(fields, "runningEveryS", 10),
    timeoutMs: seconds(fields, "timeoutS", 20),
  };
}

function readBoard(fields: Fields): BoardNodeOptions {
  const side = choiceOption(fields, "side", ["gateway", "board"], "gateway");
  const port = integerOption(fields, "boardPort", PORT, BOARD_PORT);
  const peer = textOption(fields, "peer", "");
  return {
    role: "board",
    side,
    address: addressOption(fields),
    port,
    peer: peer !== "" ? parsePeer(peer, "peer") : side === "board" ? { host: "127.0.0.1", port } : null,
    device: deviceOption(fields, "solar/board"),
    seekEveryMs: seconds(fields, "seekEveryS", 2),
    silentMs: numberOption(fields, "silentS", [0, DAY_S], 30) * 1000,
  };
}

/** A field, else a file, else the server of this process. */
function readPeer(fields: Fields): Peer {
  const peer = textOption(fields, "peer", "");
  if (peer !== "") return parsePeer(peer, "peer");
  const file = textOption(fields, "peerFile", "");
  if (file !== "") return parsePeerFile(readText(file), `peerFile ${file}`);
  return { host: reachable(addressOption(fields)), port: integerOption(fields, "handshakePort", PORT, HANDSHAKE_PORT) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new RangeError(`"peerFile" cannot be read: ${(error as Error).message}`);
  }
}

/** How this machine itself reaches an address that is listened on. */
function reachable(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

function addressOption(fields: Fields): string {
  const address = textOption(fields, "address", "127.0.0.1");
  if (isIP(address) === 0) throw new RangeError(`"address" must be an IP address, got ${address}`);
  return address;
}

function deviceOption(fields: Fields, fallback: string): string {
  return checkDevice(textOption(fields, "device", fallback));
}

function seconds(fields: Fields, name: string, fallback: number): number {
  return numberOption(fields, name, [0.05, DAY_S], fallback) * 1000;
}

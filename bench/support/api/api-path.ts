/** One way from a module to its client programs: we are the module, a server and its clients are each a process of their own. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { DataTypeTable } from "../../../lib/uart/data-types.ts";
import { encodeFrame } from "../../../lib/uart/frame.ts";
import { encodeReadings } from "../../../lib/uart/messages.ts";
import { freePort } from "../../../test/support/node-red.ts";
import { endChildren, startChild } from "../children.ts";
import { monotonicMs } from "../sse/latency-protocol.ts";
import { CPU, type Latency, type LoadCommand } from "./protocol.ts";

const FRAMES_PER_SECOND = 2000;
const TICK_MS = 2;
const NS_PER_MS = 1e6;
/** One frame of so many is a request that is pushed. */
const REQUEST_EVERY = 40;
const NODES = 50;
const TYPES = new DataTypeTable();

function positionFrame(index: number): Buffer {
  const value = { longitude: 121 + index / 1e4, latitude: 25 };
  return encodeFrame(encodeReadings(1 + (index % NODES), [{ type: "GPS", value }], "type3", TYPES));
}

function requestFrame(number: number): Buffer {
  return encodeFrame(encodeReadings(5, [{ type: "request", value: `${number};` }], "type3", TYPES));
}

const POSITIONS = Array.from({ length: NODES }, (_, index) => positionFrame(index));

export class ApiPath {
  readonly #bridge: Server;
  readonly #bytes: Socket;
  readonly #server: ChildProcess;
  readonly #load: ChildProcess;
  readonly #port: number;
  #sent = 0;
  /** Requests of nodes by their numbers, and when each was sent. */
  #requests: [number: number, ms: number][] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor(bridge: Server, bytes: Socket, server: ChildProcess, load: ChildProcess, port: number) {
    this.#bridge = bridge;
    this.#bytes = bytes;
    this.#server = server;
    this.#load = load;
    this.#port = port;
  }

  /** Resolves when the server reads our frames and one client listens. */
  static async open(serverFile: string): Promise<ApiPath> {
    const bridge = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(bridge, "listening");
    const connected = once(bridge, "connection") as Promise<[Socket]>;
    const port = await freePort();
    const server = start(serverFile, [String((bridge.address() as AddressInfo).port), String(port)]);
    await once(server, "message");
    const [bytes] = await connected;
    bytes.on("error", () => {});
    bytes.write(Buffer.concat(POSITIONS));
    const path = new ApiPath(bridge, bytes, server, start("load.ts", []), port);
    await path.#ask(path.#load, { listen: { port } });
    return path;
  }

  /** Frames come at an even pace, by a clock, until `#quiet` is called. */
  #flood(clockMs: () => number): void {
    const beganMs = clockMs();
    const before = this.#sent;
    this.#timer = setInterval(() => {
      const due = before + Math.floor(((clockMs() - beganMs) / 1000) * FRAMES_PER_SECOND);
      const frames: Buffer[] = [];
      while (this.#sent < due) frames.push(this.#nextFrame());
      if (frames.length > 0) this.#bytes.write(Buffer.concat(frames));
    }, TICK_MS);
  }

  #quiet(): void {
    clearInterval(this.#timer);
  }

  #nextFrame(): Buffer {
    const number = this.#sent++;
    if (number % REQUEST_EVERY > 0) return POSITIONS[number % NODES]!;
    this.#requests.push([number, monotonicMs()]);
    return requestFrame(number);
  }

  /**
   * Requests of so many clients, as fast as they ask, while frames arrive: how many a CPU second of the server is enough
   * for. Frames go by the same clock, which stands while the server waits for its clients or for a core.
   */
  async busy(requests: number, clients: number): Promise<number> {
    const before = await this.#cpuMs();
    this.#flood(() => this.#threadMs());
    await this.#ask(this.#load, { busy: { port: this.#port, requests, clients } });
    this.#quiet();
    return (requests * 1000) / ((await this.#cpuMs()) - before);
  }

  /** What the server's first thread has used, without asking it; elsewhere than on Linux what a clock says. */
  #threadMs(): number {
    const file = `/proc/${this.#server.pid}/schedstat`;
    return existsSync(file) ? Number.parseInt(readFileSync(file, "latin1"), 10) / NS_PER_MS : monotonicMs();
  }

  /** Requests at an even pace while frames arrive. */
  async paced(requests: number, perSecond: number): Promise<Latency> {
    this.#flood(monotonicMs);
    const latency = await this.#ask(this.#load, { paced: { port: this.#port, requests, perSecond } });
    this.#quiet();
    return latency as Latency;
  }

  async #cpuMs(): Promise<number> {
    return Number(await this.#ask(this.#server, CPU));
  }

  /** Of the pushes since this was asked last. */
  async pushes(): Promise<Latency> {
    const sentMs = this.#requests;
    this.#requests = [];
    return (await this.#ask(this.#load, { sentMs })) as Latency;
  }

  async #ask(child: ChildProcess, command: LoadCommand | typeof CPU): Promise<unknown> {
    const reply = once(child, "message");
    child.send(command);
    return (await reply)[0];
  }

  async close(): Promise<void> {
    await endChildren([this.#load, this.#server]);
    this.#bytes.destroy();
    this.#bridge.close();
    await once(this.#bridge, "close");
  }
}

function start(file: string, words: readonly string[]): ChildProcess {
  return startChild(fileURLToPath(new URL(file, import.meta.url)), words);
}

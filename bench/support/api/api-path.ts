/** One way from a module to its client programs: we are the module, a server and its clients are each a process of their own. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
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
/** One frame of so many is a request that is pushed. */
const REQUEST_EVERY = 40;
const NODES = 50;
/** Long enough to know what frames cost. */
const ALONE_MS = 3000;
const TYPES = new DataTypeTable();

function positionFrame(index: number): Buffer {
  const value = { longitude: 121 + index / 1e4, latitude: 25 };
  return encodeFrame(encodeReadings(1 + (index % NODES), [{ type: "GPS", value }], "type3", TYPES));
}

function requestFrame(number: number): Buffer {
  return encodeFrame(encodeReadings(5, [{ type: "request", value: `${number};` }], "type3", TYPES));
}

const POSITIONS = Array.from({ length: NODES }, (_, index) => positionFrame(index));

export interface Paced extends Latency {
  /** Requests that a CPU second of the server is enough for. */
  readonly perCpuSecond: number;
}

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

  /** Frames come at an even pace until `#quiet` is called. */
  #flood(): void {
    const beganMs = monotonicMs();
    const before = this.#sent;
    this.#timer = setInterval(() => {
      const due = before + Math.floor(((monotonicMs() - beganMs) / 1000) * FRAMES_PER_SECOND);
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

  /** Requests at any pace, so that both servers' code is compiled as well as it will be. */
  async warm(requests: number, clients: number): Promise<void> {
    await this.#ask(this.#load, { busy: { port: this.#port, requests, clients } });
  }

  /** Requests at an even pace while frames arrive. What as many frames cost alone, at the same pace, is left out. */
  async paced(requests: number, perSecond: number): Promise<Paced> {
    this.#flood();
    const alone = await this.#cost(() => sleep(ALONE_MS));
    const load = { paced: { port: this.#port, requests, perSecond } };
    let latency: unknown;
    const both = await this.#cost(async () => {
      latency = await this.#ask(this.#load, load);
    });
    this.#quiet();
    const perCpuSecond = (requests * 1000) / (both.cpuMs - (alone.cpuMs / alone.frames) * both.frames);
    return { ...(latency as Latency), perCpuSecond };
  }

  async #cost(work: () => Promise<unknown>): Promise<{ cpuMs: number; frames: number }> {
    const [sent, before] = [this.#sent, await this.#ask(this.#server, CPU)];
    await work();
    return { cpuMs: Number(await this.#ask(this.#server, CPU)) - Number(before), frames: this.#sent - sent };
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

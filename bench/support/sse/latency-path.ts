/** One way from a byte stream to browsers: we are the stream, a server and its browsers are each a process of their own. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endChildren, startChild } from "../children.ts";
import { type Latency, type LatencyCommand, monotonicMs } from "./latency-protocol.ts";

export class LatencyPath {
  readonly #bridge: Server;
  readonly #bytes: Socket;
  readonly #children: readonly ChildProcess[];
  readonly #load: ChildProcess;

  private constructor(bridge: Server, bytes: Socket, server: ChildProcess, load: ChildProcess) {
    this.#bridge = bridge;
    this.#bytes = bytes;
    this.#children = [load, server];
    this.#load = load;
  }

  /** Resolves when the server reads our bytes and its browsers are connected. */
  static async open(serverFile: string, clients: number): Promise<LatencyPath> {
    const bridge = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(bridge, "listening");
    const connected = once(bridge, "connection") as Promise<[Socket]>;
    const server = start(serverFile, [String((bridge.address() as AddressInfo).port)]);
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    const [bytes] = await connected;
    bytes.on("error", () => {});
    const path = new LatencyPath(bridge, bytes, server, start("latency-load.ts", []));
    await path.#ask({ connect: { port, clients } });
    return path;
  }

  /** Sends the frames at an even pace; the latency is that of every frame at every browser. */
  async send(frames: readonly Buffer[], everyMs: number): Promise<Latency> {
    await this.#ask({ expect: frames.length });
    const sentMs: number[] = [];
    const beganMs = monotonicMs();
    for (const [index, frame] of frames.entries()) {
      await sleep(Math.max(0, beganMs + index * everyMs - monotonicMs()));
      sentMs.push(monotonicMs());
      this.#bytes.write(frame);
    }
    return (await this.#ask({ sentMs })) as Latency;
  }

  async close(): Promise<void> {
    await endChildren(this.#children);
    this.#bytes.destroy();
    this.#bridge.close();
    await once(this.#bridge, "close");
  }

  async #ask(command: LatencyCommand): Promise<unknown> {
    const reply = once(this.#load, "message");
    this.#load.send(command);
    return (await reply)[0];
  }
}

function start(file: string, words: readonly string[]): ChildProcess {
  return startChild(fileURLToPath(new URL(file, import.meta.url)), words);
}

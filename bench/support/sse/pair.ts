/** A server and its browsers, each in a process of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Contender, LoadCommand, LoadReply, ServerCommand, ServerReply, Work } from "./protocol.ts";

const SERVER = fileURLToPath(new URL("server.ts", import.meta.url));
const LOAD = fileURLToPath(new URL("load.ts", import.meta.url));

type Reply<Key extends string, Union> = Extract<Union, Readonly<Record<Key, unknown>>>;

export class Pair {
  readonly #server: ChildProcess;
  readonly #load: ChildProcess;
  readonly #port: number;

  private constructor(server: ChildProcess, load: ChildProcess, port: number) {
    this.#server = server;
    this.#load = load;
    this.#port = port;
  }

  static async start(contender: Contender): Promise<Pair> {
    const server = fork(SERVER, [contender], { execArgv: ["--expose-gc"] });
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    return new Pair(server, fork(LOAD, [], { execArgv: [] }), port);
  }

  async connect(clients: number, reads = true): Promise<void> {
    await this.#askLoad({ connect: { port: this.#port, clients, reads } });
    // The head has arrived; better-sse registers a session some turns later.
    while ((await this.report()).clients < clients) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Events delivered in each CPU-second of the server. */
  async rate(work: Work): Promise<number> {
    const { events, cpuSeconds } = (await this.#askServer({ work })) as Reply<"events", ServerReply>;
    await this.#settle();
    return events / cpuSeconds;
  }

  async report(): Promise<Reply<"clients", ServerReply>> {
    return (await this.#askServer({ report: true })) as Reply<"clients", ServerReply>;
  }

  async close(): Promise<void> {
    for (const child of [this.#server, this.#load]) {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    }
  }

  /** Waits until the browsers have read what was written, so that no round pays for another. */
  async #settle(): Promise<void> {
    let before = -1;
    for (;;) {
      const { bytes } = (await this.#askLoad({ count: true })) as Reply<"bytes", LoadReply>;
      if (bytes === before) return;
      before = bytes;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #askServer(command: ServerCommand): Promise<ServerReply> {
    const reply = once(this.#server, "message");
    this.#server.send(command);
    return ((await reply) as [ServerReply])[0];
  }

  async #askLoad(command: LoadCommand): Promise<LoadReply> {
    const reply = once(this.#load, "message");
    this.#load.send(command);
    return ((await reply) as [LoadReply])[0];
  }
}

/** Starts one pair for each contender, with its browsers connected. */
export async function startPairs(contenders: readonly Contender[], clients: number): Promise<Map<Contender, Pair>> {
  const pairs = new Map<Contender, Pair>();
  for (const contender of contenders) {
    const pair = await Pair.start(contender);
    await pair.connect(clients);
    pairs.set(contender, pair);
  }
  return pairs;
}

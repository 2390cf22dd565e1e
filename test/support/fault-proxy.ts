/** A TCP proxy that breaks the lines that go through it: by chance from a seed, or when it is told. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Random } from "../../lib/simulators/random.ts";

export const FAULTS = ["delay", "throttle", "cut", "half-close", "blackhole", "reset"] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultOptions {
  readonly seed: number;
  /** So many connections break, each in one of these ways; what comes after them is left alone. */
  readonly breaks: number;
  readonly faults?: readonly Fault[];
  /** They break before this byte. */
  readonly withinBytes?: number;
}

/** What becomes of one connection. */
interface Plan {
  readonly fault: Fault | null;
  /** Of which way the bytes are counted. */
  readonly isUp: boolean;
  /** The byte at which it happens. */
  readonly at: number;
}

const FAITHFUL: Plan = { fault: null, isUp: true, at: Number.POSITIVE_INFINITY };
const MOST_DELAY_MS = 20;
/** Of a throttled line, every millisecond. */
const THROTTLED_BYTES = 8;

export class FaultProxy {
  readonly happened: Record<Fault, number> = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as never;
  readonly #target: number;
  readonly #random: Random;
  readonly #options: FaultOptions;
  readonly #sockets = new Set<Socket>();
  readonly #lines = new Set<Line>();
  #isDark = false;
  #server: Server | null = null;
  #connections = 0;
  port = 0;

  private constructor(target: number, options: FaultOptions) {
    this.#target = target;
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  static async to(target: number | string, options: FaultOptions = { seed: 1, breaks: 0 }): Promise<FaultProxy> {
    const proxy = new FaultProxy(Number(target), options);
    await proxy.plug();
    return proxy;
  }

  get connections(): number {
    return this.#connections;
  }

  /** Listens, the second time on the port that it had. */
  async plug(): Promise<void> {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#join(socket));
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections, and refuses further ones. */
  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    const closed = server && once(server, "close");
    server?.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** From now on all that comes is lost, on new lines too, and nobody is told. */
  darken(): void {
    this.#isDark = true;
    for (const line of this.#lines) line.darken();
  }

  /** New lines carry again; one that has lost something stays as it is. */
  lighten(): void {
    this.#isDark = false;
  }

  #join(near: Socket): void {
    const far = connect({ port: this.#target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
    }
    const line = new Line(near, far, this.#plan(), this.#random, (fault) => this.happened[fault]++);
    if (this.#isDark) line.darken();
    this.#lines.add(line);
    near.on("close", () => this.#lines.delete(line));
    this.#connections++;
  }

  #plan(): Plan {
    const { breaks, faults = FAULTS, withinBytes = 600 } = this.#options;
    if (this.#connections >= breaks) return FAITHFUL;
    const fault = faults[this.#random.below(faults.length)]!;
    return { fault, isUp: this.#random.chance(0.5), at: this.#random.below(withinBytes) };
  }
}

/** One connection, and what becomes of it. */
class Line {
  readonly #ends: readonly [near: Socket, far: Socket];
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #tell: (fault: Fault) => void;
  /** What comes is lost, and nobody is told. */
  #isBlack = false;

  constructor(near: Socket, far: Socket, plan: Plan, random: Random, tell: (fault: Fault) => void) {
    this.#ends = [near, far];
    this.#plan = plan;
    this.#random = random;
    this.#tell = tell;
    void this.#carry(near, far, plan.isUp ? plan.at : Number.POSITIVE_INFINITY);
    void this.#carry(far, near, plan.isUp ? Number.POSITIVE_INFINITY : plan.at);
  }

  darken(): void {
    this.#isBlack = true;
  }

  async #carry(from: Socket, to: Socket, at: number): Promise<void> {
    let left = at;
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (this.#isBlack) continue;
        if (left > 0) await this.#pass(to, chunk.subarray(0, Math.min(left, chunk.length)));
        const wasWhole = left > 0;
        left -= chunk.length;
        if (wasWhole && left <= 0) this.#break(to);
      }
    } catch {
      if (!this.#isBlack) to.destroy();
    }
    if (!this.#isBlack) to.end();
  }

  async #pass(to: Socket, bytes: Buffer): Promise<void> {
    if (this.#plan.fault === "delay") await wait(this.#random.below(MOST_DELAY_MS));
    if (this.#plan.fault !== "throttle") to.write(bytes);
    else for (let at = 0; at < bytes.length; at += THROTTLED_BYTES) await trickle(to, bytes, at);
  }

  /** A line that is late or slow is cut in the end, so that the next one comes. */
  #break(to: Socket): void {
    const fault = this.#plan.fault!;
    this.#tell(fault);
    if (fault === "blackhole") this.#isBlack = true;
    else if (fault === "half-close") to.end();
    else if (fault === "reset") for (const end of this.#ends) end.resetAndDestroy();
    // The bytes before it are on their way.
    else for (const end of this.#ends) end.destroySoon();
  }
}

async function trickle(to: Socket, bytes: Buffer, at: number): Promise<void> {
  to.write(bytes.subarray(at, at + THROTTLED_BYTES));
  await wait(1);
}

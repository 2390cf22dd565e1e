/** Many devices that speak ack/0 over TCP, each with numbered messages, which know what was acknowledged. */
import { connect, type Socket } from "node:net";
import { AckDevice, type DeviceEvent } from "../../../lib/ack/device.ts";
import { Backoff } from "../../../lib/backoff.ts";
import { readJsonObject } from "../../../lib/json/safe-json.ts";
import { type Driver, drive, now } from "../../../nodes/shared/drive.ts";

const OUTBOX = { capacity: 10_000, window: 64 };
const BACKOFF = { firstMs: 100, mostMs: 2000 };

export class FaultDevice {
  readonly name: string;
  /** Times from a message's sending to its ack, ms. */
  readonly delays: number[] = [];
  sent = 0;
  acknowledged = 0;
  connects = 0;
  readonly #port: number;
  readonly #core: AckDevice<number>;
  readonly #backoff = new Backoff(now(), { ...BACKOFF, jitter: Math.random });
  readonly #driver: Driver<unknown>;
  #socket: Socket | null = null;
  #timer: NodeJS.Timeout | undefined;
  #rest = "";
  #isEnded = false;

  constructor(name: string, port: number) {
    this.name = name;
    this.#port = port;
    this.#core = new AckDevice({ ...OUTBOX, identity: { dev_id: name } });
    this.#driver = drive(this.#backoff, () => this.#connect());
  }

  get isConnected(): boolean {
    return this.#core.isConnected;
  }

  get held(): number {
    return this.#core.held;
  }

  /** Sends its next number so many times a second. */
  run(perSecond: number): void {
    this.#timer = setInterval(() => this.send(), 1000 / perSecond);
  }

  send(): void {
    const at = now();
    this.#perform(this.#core.send({ fields: { n: ++this.sent }, ref: at, deadline: Number.POSITIVE_INFINITY }, at));
  }

  pause(): void {
    clearInterval(this.#timer);
  }

  end(): void {
    this.#isEnded = true;
    this.pause();
    this.#driver.stop();
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    this.#socket = socket;
    this.#rest = "";
    socket.on("error", () => undefined);
    socket.on("connect", () => {
      this.#backoff.opened(now());
      this.#perform(this.#core.open());
    });
    socket.on("data", (chunk) => this.#hear(String(chunk)));
    socket.on("close", () => {
      this.#perform(this.#core.close());
      this.#backoff.closed(now());
      if (!this.#isEnded) this.#driver.run([]);
    });
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const read = readJsonObject(line);
      if ("value" in read) this.#perform(this.#core.receive(read.value, now()));
    }
  }

  #perform(events: readonly DeviceEvent<number>[]): void {
    for (const event of events) {
      if (event.type === "write") this.#socket?.write(`${JSON.stringify(event.message)}\n`);
      if (event.type === "connected") this.connects++;
      if (event.type === "received") this.#perform(this.#core.commit(event.epoch, event.id));
      if (event.type !== "acknowledged") continue;
      this.acknowledged++;
      this.delays.push(now() - event.ref);
    }
  }
}

/** A device: writes messages that are acknowledged, hears commands, and comes back by itself. */
import { LastingDevice, type LastingDeviceEvent, type Refusal } from "../../lib/ack/lasting-device.ts";
import { type JsonObject, readJsonObject } from "../../lib/json/safe-json.ts";
import { type Driver, drive, now } from "../../nodes/shared/drive.ts";
import { Lines } from "./lines.ts";
import type { Link, Transport } from "./link.ts";

export interface DeviceOptions {
  /** Its name, or number; without one it is given one. */
  readonly id?: string | number;
  /** Needed where the server asks for it. */
  readonly token?: string;
  /** A command, without its number; it is acknowledged when this returns. */
  readonly onMessage?: (message: JsonObject) => void;
  /** The server has answered; `id` is the device's name there. */
  readonly onConnected?: (id: unknown) => void;
  readonly onDisconnected?: (reason: string) => void;
  /** An attempt to connect did not succeed; the next one follows by itself. */
  readonly onFailed?: (reason: string) => void;
  /** `write` did not take a message. */
  readonly onRefused?: (reason: WriteRefusal, message: unknown) => void;
  /** Messages that may wait for their acknowledgement, 1000 unless told. */
  readonly capacity?: number;
  /** Longest wait for an answer before the line is given up, 15 s unless told. */
  readonly patienceMs?: number;
  /** Longest wait between two attempts to connect, 60 s unless told. */
  readonly mostWaitMs?: number;
}

export type WriteRefusal = Refusal | "closed";

type Deaf = Required<Pick<DeviceOptions, "onMessage" | "onConnected" | "onDisconnected" | "onFailed" | "onRefused">>;

const DEAF: Deaf = {
  onMessage() {},
  onConnected() {},
  onDisconnected() {},
  onFailed() {},
  onRefused() {},
};

export class DeviceClient {
  readonly #transport: Transport;
  readonly #calls: Deaf;
  readonly #core: LastingDevice;
  readonly #driver: Driver<LastingDeviceEvent>;
  #link: Link | null = null;
  #isClosed = false;

  constructor(transport: Transport, options: DeviceOptions = {}) {
    this.#transport = transport;
    this.#calls = { ...DEAF, ...options };
    this.#core = new LastingDevice(coreOptions(options), now());
    this.#driver = drive(this.#core, (event) => this.#perform(event));
  }

  get isConnected(): boolean {
    return !this.#isClosed && this.#core.isConnected;
  }

  /** Messages that are not acknowledged. */
  get held(): number {
    return this.#core.held;
  }

  /** Never throws: true where the message is in the queue, in which it stays until the server has it safe. */
  write(message: JsonObject): boolean {
    const refusal = this.#isClosed ? "closed" : this.#core.refusalOf(message);
    if (refusal !== null) this.#tell(() => this.#calls.onRefused(refusal, message));
    // What is changed later must not change in the queue.
    else this.#driver.run(this.#core.send(JSON.parse(JSON.stringify(message)) as JsonObject, now()));
    return refusal === null;
  }

  /** Tries at once where it was waiting to try again: the network is back. */
  hurry(): void {
    this.#core.hurry(now());
    this.#driver.run([]);
  }

  /** For good; what is in the queue is lost. */
  close(): void {
    this.#isClosed = true;
    this.#driver.stop();
    this.#disconnect();
  }

  #perform(event: LastingDeviceEvent): void {
    if (event.type === "connect") this.#connect();
    else if (event.type === "disconnect") this.#disconnect();
    else if (event.type === "write") this.#write(event.message);
    else if (event.type === "message") this.#tell(() => this.#calls.onMessage(event.fields));
    else if (event.type === "connected") this.#tell(() => this.#calls.onConnected(event.name));
    else if (event.type === "disconnected") this.#tell(() => this.#calls.onDisconnected(event.reason));
    else this.#tell(() => this.#calls.onFailed(event.reason));
  }

  #write(message: JsonObject): void {
    this.#link?.send(JSON.stringify(message) + (this.#transport.isFramed ? "" : "\n"));
  }

  /** A link that was given up may still say something: only the present one is heard. */
  #connect(): void {
    const lines = new Lines();
    const ifPresent = (receive: () => readonly LastingDeviceEvent[]) => {
      if (this.#link === link) this.#driver.run(receive());
    };
    const link = this.#transport.open({
      opened: () => ifPresent(() => this.#core.opened(now())),
      received: (bytes) => {
        const texts = this.#transport.isFramed ? [new TextDecoder().decode(bytes)] : lines.receive(bytes);
        for (const text of texts) ifPresent(() => this.#hear(text));
      },
      closed: (fault) => ifPresent(() => this.#core.closed(fault ?? "the other side closed the connection", now())),
    });
    this.#link = link;
  }

  #hear(text: string): readonly LastingDeviceEvent[] {
    const read = readJsonObject(text);
    return "fault" in read ? [] : this.#core.receive(read.value, now());
  }

  #disconnect(): void {
    const link = this.#link;
    this.#link = null;
    link?.close();
  }

  /** A fault of the program's own keeps the protocol from nothing. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

function coreOptions({ id = "", token, capacity, patienceMs, mostWaitMs }: DeviceOptions) {
  return {
    identity: { dev_id: id, ...(token !== undefined && { token }) },
    jitter: Math.random,
    ...(capacity !== undefined && { capacity }),
    ...(patienceMs !== undefined && { patienceMs }),
    ...(mostWaitMs !== undefined && { mostMs: mostWaitMs, firstMs: Math.min(500, mostWaitMs) }),
  };
}

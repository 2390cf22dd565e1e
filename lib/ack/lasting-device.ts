/** A device of ack/0 that comes back by itself: when to connect, when to give a silent line up, and what it says on it. */
import { Backoff, type BackoffOptions, type ConnectEvent } from "../backoff.ts";
import { faultOf, isJsonObject, type JsonObject } from "../json/safe-json.ts";
import { AckDevice, type DeviceEvent } from "./device.ts";

export type LastingDeviceEvent =
  | ConnectEvent
  | { readonly type: "disconnect" }
  | { readonly type: "write"; readonly message: JsonObject }
  /** The server has answered; `name` is ours, which it may have given. */
  | { readonly type: "connected"; readonly name: unknown }
  | { readonly type: "disconnected"; readonly reason: string }
  | { readonly type: "message"; readonly fields: JsonObject }
  /** It could not connect, or was not answered. */
  | { readonly type: "failed"; readonly reason: string };

/** Why a message is not taken: the server would not take it either, or too many wait. */
export type Refusal = "full" | "unsendable" | "too-long";

interface LastingDeviceOptions extends BackoffOptions {
  readonly identity: JsonObject;
  /** Messages that may wait, sent ones included. */
  readonly capacity?: number;
  /** Longest wait for an answer: to who we are, or the ack of the oldest message. */
  readonly patienceMs?: number;
  readonly maxBytes?: number;
}

type State = "apart" | "connecting" | "identifying" | "live";

const WINDOW = 64;
const BACKOFF = { firstMs: 500, mostMs: 60_000, steadyMs: 10_000 };
/** What an id, and the end of the line, add to a message. */
const ID_BYTES = 32;
const ENCODER = new TextEncoder();

export class LastingDevice {
  readonly #core: AckDevice<null>;
  readonly #backoff: Backoff;
  readonly #capacity: number;
  readonly #patienceMs: number;
  readonly #maxBytes: number;
  #state: State = "apart";
  #name: unknown;
  /** What the server said before it ended the connection. */
  #fault: string | null = null;
  #oldest: number | null = null;
  #answerBy: number | null = null;

  constructor(options: LastingDeviceOptions, now: number) {
    const { identity, capacity = 1000, patienceMs = 15_000, maxBytes = 65_536, ...backoff } = options;
    this.#core = new AckDevice({ identity, capacity, window: WINDOW });
    this.#backoff = new Backoff(now, { ...BACKOFF, ...backoff });
    this.#capacity = capacity;
    this.#patienceMs = patienceMs;
    this.#maxBytes = maxBytes;
    this.#name = identity.dev_id;
  }

  get isConnected(): boolean {
    return this.#state === "live";
  }

  /** Messages that wait for their ack. */
  get held(): number {
    return this.#core.held;
  }

  /** Null where `send` may take it. */
  refusalOf(fields: unknown): Refusal | null {
    const text = isJsonObject(fields) && !("id" in fields) ? textOf(fields) : null;
    // An empty message says nothing.
    if (text === null || text === "{}") return "unsendable";
    if (ENCODER.encode(text).length > this.#maxBytes - ID_BYTES) return "too-long";
    return this.#core.held >= this.#capacity ? "full" : null;
  }

  /** One that is not refused. */
  send(fields: JsonObject, now: number): LastingDeviceEvent[] {
    const message = { fields, ref: null, deadline: Number.POSITIVE_INFINITY };
    return this.#told(this.#core.send(message, now), now);
  }

  /** The connection is open. */
  opened(now: number): LastingDeviceEvent[] {
    this.#state = "identifying";
    this.#fault = null;
    this.#answerBy = now + this.#patienceMs;
    return this.#told(this.#core.open(), now);
  }

  receive(value: JsonObject, now: number): LastingDeviceEvent[] {
    if (this.#state !== "identifying" && this.#state !== "live") return [];
    // What a WebSocket is greeted with is for browsers.
    if (value.unique_client_id !== undefined) return [];
    if (typeof value.error === "string" && value.id === undefined) this.#fault = value.error;
    return this.#told(this.#core.receive(value, now), now);
  }

  /** It could not be made, or has ended. */
  closed(reason: string, now: number): LastingDeviceEvent[] {
    if (this.#state === "apart") return [];
    const wasLive = this.#state === "live";
    this.#state = "apart";
    this.#answerBy = null;
    this.#core.close();
    this.#backoff.closed(now);
    return [{ type: wasLive ? "disconnected" : "failed", reason: this.#fault ?? reason }];
  }

  /** The network is back: a waiting attempt is due now. */
  hurry(now: number): void {
    this.#backoff.hurry(now);
  }

  handleTimer(now: number): LastingDeviceEvent[] {
    if (this.#answerBy !== null && now >= this.#answerBy) {
      return [{ type: "disconnect" }, ...this.closed("the other side does not answer", now)];
    }
    const due = [...this.#backoff.handleTimer(now)];
    if (due.length > 0) {
      this.#state = "connecting";
      this.#answerBy = now + this.#patienceMs;
    }
    return due;
  }

  nextDeadline(): number | null {
    return this.#answerBy ?? this.#backoff.nextDeadline();
  }

  #told(events: readonly DeviceEvent<null>[], now: number): LastingDeviceEvent[] {
    const told = events.flatMap((event) => this.#toldOf(event, now));
    this.#watch(now);
    return told;
  }

  #toldOf(event: DeviceEvent<null>, now: number): LastingDeviceEvent[] {
    if (event.type === "write") return [event];
    if (event.type === "connected") return this.#connected(event.given, now);
    if (event.type !== "received") return [];
    const { fields } = event;
    return [{ type: "message", fields }, ...this.#told(this.#core.commit(event.epoch, event.id), now)];
  }

  /** One without a name is connected once it has been given one. */
  #connected(given: unknown, now: number): LastingDeviceEvent[] {
    this.#name = given ?? this.#name;
    if (this.#state === "live" || this.#name === "" || this.#name === undefined) return [];
    this.#state = "live";
    this.#answerBy = null;
    this.#backoff.opened(now);
    return [{ type: "connected", name: this.#name }];
  }

  /** A line on which acks do not get on is dead, or has lost a message: both are mended by another one. */
  #watch(now: number): void {
    if (this.#state !== "live") return;
    const { oldest } = this.#core;
    if (oldest !== this.#oldest) this.#answerBy = oldest === null ? null : now + this.#patienceMs;
    else if (oldest !== null) this.#answerBy ??= now + this.#patienceMs;
    this.#oldest = oldest;
  }
}

/** Null where JSON has no words for it, or the other side would refuse it. */
function textOf(fields: JsonObject): string | null {
  try {
    return faultOf(fields) === null ? JSON.stringify(fields) : null;
  } catch {
    return null;
  }
}

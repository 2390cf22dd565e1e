/** One connection with a peer: messages in, a bounded queue out, and an end that is always told. */
import type { Place } from "../../lib/sessions/admission.ts";
import { Liveness } from "../../lib/sessions/liveness.ts";
import type { Outgoing } from "../../lib/sessions/send-queue.ts";
import type { StreamDrop, StreamEvent } from "../../lib/sessions/stream-event.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { SendFault } from "../shared/send-fault.ts";
import { addSession, type Identity, type OpenSession, removeSession, type SendOptions } from "../shared/sessions.ts";
import type { SessionHost, SessionOptions } from "./session-host.ts";
import { mintRef } from "./session-ref.ts";
import { Turns, type TurnsHost } from "./turns.ts";
import type { Peer, Wire, WireListener } from "./wire.ts";
import { Writer } from "./writer.ts";

const NO_OPTIONS: SendOptions = {};
/** A peer that closes its side of a line protocol, or is gone: nothing tells which. It gets answers for so long. */
const ANSWERS_MS = 200;
/** A peer that does not close in return is cut off. */
const GOODBYE_MS = 2000;

export class Session implements OpenSession, WireListener, TurnsHost<StreamEvent> {
  readonly ref = mintRef();
  readonly id = this.ref.id;
  readonly peer: Peer;
  readonly #options: SessionOptions;
  readonly #host: SessionHost;
  readonly #place: Place | null;
  readonly #liveness: Liveness;
  readonly #driver: Driver<StreamEvent> | null;
  readonly #turns = new Turns<StreamEvent>(this);
  readonly #wire: Wire;
  readonly #writer: Writer;
  #identity: Identity | null = null;
  /** Why we end it, and since when. */
  #ending: { readonly reason: string; readonly at: number } | null = null;
  #answersEnd: NodeJS.Timeout | undefined;
  /** Most connections of some protocols are gone before they need be (bench `gateway-api`). */
  #isWatched = false;

  constructor(
    open: (listener: WireListener) => Wire,
    peer: Peer,
    place: Place | null,
    options: SessionOptions,
    host: SessionHost,
  ) {
    this.peer = peer;
    this.#place = place;
    this.#options = options;
    this.#host = host;
    this.#liveness = new Liveness(options.liveness, now());
    this.#driver = options.decoder && drive(options.decoder, (event) => this.#turns.add(event));
    this.#wire = open(this);
    this.#writer = new Writer(this.#wire, host.tally, options);
    addSession(this);
  }

  get endpoint(): string {
    return this.#options.endpoint;
  }

  get address(): string {
    return this.peer.address;
  }

  get identity(): Identity | null {
    return this.#identity;
  }

  get connection(): string {
    return this.#wire.connection;
  }

  get isUnanswered(): boolean {
    return this.#liveness.isUnanswered;
  }

  get isOpen(): boolean {
    return this.#ending === null;
  }

  /** Messages that wait. */
  get held(): number {
    return this.#writer.held;
  }

  identify(identity: Identity): void {
    this.#identity = identity;
    this.#liveness.identify();
    this.#place?.identify();
  }

  send(payload: unknown, options: SendOptions = NO_OPTIONS): SendFault | null {
    const item = this.#options.encode(payload, options);
    return item instanceof SendFault ? item : this.sendEncoded(item);
  }

  /** For a message that goes to many. */
  sendEncoded(item: Outgoing): SendFault | null {
    if (this.#ending) return new SendFault("closed", "the session is closed");
    this.#liveness.told(now());
    if (this.#writer.offer(item)) return null;
    this.cut("slow");
    return new SendFault("slow", `${this.address} reads too slowly, and was disconnected`);
  }

  close(reason: string): void {
    if (this.#ending) return;
    this.#endBy(reason);
    this.#writer.end(reason);
  }

  /** At once, whatever waits. */
  cut(reason: string): void {
    this.#endBy(reason);
    this.#wire.destroy();
  }

  #endBy(reason: string): void {
    this.#ending ??= { reason, at: now() };
    removeSession(this);
  }

  /** From time to time: asks for a sign of life, and ends what is overdue. */
  check(at: number): void {
    this.#tellOverflow();
    if (!this.#isWatched) this.#wire.watch(this.#options.keepAliveMs);
    this.#isWatched = true;
    if (!this.#ending) this.#checkLiveness(at);
    else if (at - this.#ending.at >= GOODBYE_MS) this.#wire.destroy();
  }

  #checkLiveness(at: number): void {
    const verdict = this.#liveness.check(at);
    if (verdict === "ping") this.#wire.ping();
    else if (verdict === "silent") this.cut(verdict);
    else if (verdict) this.close(verdict);
  }

  #tellOverflow(): void {
    const count = this.#writer.takeOverflowed();
    if (count > 0) this.#host.event(this, "dropped", { reason: "overflow", count });
  }

  received(payload: Buffer | string): void {
    if (this.#ending) return;
    const at = now();
    this.#liveness.spoke(at);
    this.#host.tally.bytesIn += payload.length;
    if (this.#driver) this.#driver.run(this.#options.decoder!.receive(payload as Buffer, at));
    else this.#turns.add({ type: "message", payload });
  }

  heard(): void {
    this.#liveness.heard(now());
  }

  ended(): void {
    if (this.#ending) return;
    this.#driver?.run(this.#options.decoder!.end());
    if (this.#options.tellsEnd) this.#host.event(this, "ended", {});
    else this.#answersEnd = setTimeout(() => this.close("peer"), ANSWERS_MS);
  }

  dropped(reason: "too-long" | "utf8"): void {
    this.#turns.add({ type: "dropped", reason });
  }

  closed(reason: string): void {
    if (!this.#ending) this.#driver?.run(this.#options.decoder!.end());
    removeSession(this);
    clearTimeout(this.#answersEnd);
    this.#turns.flush();
    this.#driver?.stop();
    this.#place?.leave();
    this.#tellOverflow();
    this.#writer.drop();
    this.#host.closed(this, this.#ending?.reason ?? reason);
  }

  pause(): void {
    this.#wire.pause();
  }

  resume(): void {
    this.#wire.resume();
  }

  hand(event: StreamEvent): void {
    if (this.#ending) return;
    if (event.type === "message") this.#host.message(this, event.payload);
    else this.#tellDrop(event.reason);
  }

  /** An empty line is a sign of life in many protocols: counted, not told. */
  #tellDrop(reason: StreamDrop): void {
    this.#host.tally.dropped[reason]++;
    if (reason !== "empty") this.#host.event(this, "dropped", { reason });
  }
}

/** The sessions of one endpoint, and those who hear of them. */
import type { SecureContextOptions } from "node:tls";
import { Roster } from "../../lib/roster.ts";
import type { Place } from "../../lib/sessions/admission.ts";
import { now } from "../shared/drive.ts";
import type { Holder } from "../shared/held-ports.ts";
import type { Sample } from "../shared/metrics.ts";
import { SendFault } from "../shared/send-fault.ts";
import type { SendOptions } from "../shared/sessions.ts";
import { decoders } from "./decoders.ts";
import { type Encode, encodeBytes, encodeFrame } from "./encode.ts";
import { HalfOpenWatch } from "./half-open-watch.ts";
import type { EndpointState, Link, LinkHost } from "./link.ts";
import { Listener } from "./listener.ts";
import type { EndpointOptions } from "./read-options.ts";
import { Session } from "./session.ts";
import type { SessionHost, SessionOptions } from "./session-host.ts";
import { mintRef, type SessionRef } from "./session-ref.ts";
import { Tally } from "./tally.ts";
import { Targets } from "./targets.ts";
import type { Peer, Wire, WireListener } from "./wire.ts";

export type SessionEventType = "opened" | "ended" | "closed" | "refused" | "dropped" | "added" | "removed";

export interface EndpointUser {
  message?(session: Session, payload: Buffer | string): void;
  event?(type: SessionEventType, payload: Readonly<Record<string, unknown>>, session: SessionRef): void;
  /** Called at once with the present state, when it changes, and when the number of sessions does. */
  state?(state: EndpointState, sessions: number): void;
}

const CHECK_MS = 500;
const CHECKS_PER_LIMIT = 8;
/** Node-RED waits longer, but a deploy should not. */
const GOODBYE_MS = 2000;

export class Endpoint implements SessionHost {
  readonly tally = new Tally();
  readonly #options: EndpointOptions;
  readonly #encode: Encode;
  readonly #sessionOptions: () => SessionOptions;
  readonly #sessions = new Roster<string, Session>();
  readonly #users = new Set<EndpointUser>();
  readonly #holder: Holder;
  readonly #portHolder: LinkHost["portHolder"];
  /** Of streams; a WebSocket's pings find all who are gone. */
  readonly #halfOpen: HalfOpenWatch | null;
  #state: EndpointState = { name: "connecting", detail: "" };
  #link: Link | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(holder: Holder, options: EndpointOptions, portHolder: LinkHost["portHolder"] = () => "another program") {
    this.#holder = holder;
    this.#portHolder = portHolder;
    this.#options = options;
    this.#encode = options.framing.kind === "frame" ? encodeFrame : encodeBytes(options.behind);
    this.#halfOpen = options.framing.kind === "frame" ? null : new HalfOpenWatch(options.keepAliveMs);
    const { framing, queueBytes, overflow, keepAliveMs, idleMs, identifyMs } = options;
    const common = {
      endpoint: holder.id,
      tellsEnd: framing.kind === "raw",
      encode: this.#encode,
      queueBytes,
      overflow,
      // Without an end of its own only its write parts a message from the next.
      joins: framing.kind === "frame" || options.behind.length > 0,
      // A WebSocket is asked by us, a TCP connection by the kernel.
      liveness: { keepAliveMs: framing.kind === "frame" ? keepAliveMs : 0, idleMs, identifyMs },
      keepAliveMs,
      decoder: null,
    };
    const decoder = decoders(framing);
    this.#sessionOptions = decoder ? () => ({ ...common, decoder: decoder() }) : () => common;
  }

  get open(): Session[] {
    return this.#sessions.values().filter((session) => session.isOpen);
  }

  subscribe(user: EndpointUser): () => void {
    this.#users.add(user);
    user.state?.(this.#state, this.#sessions.size);
    return () => void this.#users.delete(user);
  }

  start(tls: SecureContextOptions | null): void {
    const host: LinkHost = {
      holder: this.#holder,
      portHolder: this.#portHolder,
      opened: (peer, place, open) => this.#opened(peer, place, open),
      refused: (peer, reason) => {
        this.tally.refused[reason]++;
        this.#tell("refused", { reason, ...peer }, mintRef());
      },
      state: (state) => this.#become(state),
      target: (type, url) => this.#target(type, url),
    };
    this.#link = new (this.#options.role === "listen" ? Listener : Targets)(this.#options, tls, host);
    // In the turn after a pause of the process, what peers sent meanwhile is read before they are judged.
    this.#timer = setInterval(() => setImmediate(() => this.#check()), this.#checkMs());
  }

  /** Null where it does not connect to anybody, or is stopped. */
  get targets(): Targets | null {
    return this.#link instanceof Targets ? this.#link : null;
  }

  /** Encodes once for all. A fault is told when everybody else got it; that nobody has come yet is none. */
  broadcast(payload: unknown, options: SendOptions): SendFault | null {
    const item = this.#encode(payload, options);
    if (item instanceof SendFault) return item;
    const isAlone = this.#options.role === "connect" && this.#sessions.size === 0;
    let first: SendFault | null = isAlone ? new SendFault("closed", "not connected") : null;
    for (const session of this.#sessions.values()) {
      const fault = session.isOpen ? session.sendEncoded(item) : null;
      first ??= fault;
    }
    return first;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const stopped = this.#link?.stop();
    for (const session of this.#sessions.values()) session.close("stopped");
    const cut = (session: Session) => session.cut("stopped");
    const goodbye = setTimeout(() => this.#sessions.values().forEach(cut), GOODBYE_MS);
    await stopped;
    clearTimeout(goodbye);
    this.#users.clear();
  }

  message(session: Session, payload: Buffer | string): void {
    this.tally.received++;
    for (const user of this.#users) user.message?.(session, payload);
  }

  event(session: Session, type: SessionEventType, details: Readonly<Record<string, unknown>>): void {
    this.#tell(type, { ...session.peer, ...details }, session.ref);
  }

  closed(session: Session, reason: string): void {
    if (!this.#sessions.delete(session.id)) return;
    this.event(session, "closed", { reason });
    this.#become(this.#state);
  }

  samples(where: string): Iterable<Sample> {
    const waiting = this.#sessions.values().reduce((sum, { held }) => sum + held, 0);
    return this.tally.samples(where, this.#sessions.size, waiting);
  }

  #opened(peer: Peer, place: Place | null, open: (listener: WireListener) => Wire): void {
    const session = new Session(open, peer, place, this.#sessionOptions(), this);
    this.tally.opened++;
    this.#sessions.set(session.id, session);
    this.event(session, "opened", {});
    this.#become(this.#state);
  }

  #target(type: "added" | "removed", url: string): void {
    if (type === "removed")
      for (const session of this.#sessions.values()) if (session.peer.url === url) session.close("flow");
    this.#tell(type, { url }, mintRef());
  }

  #tell(type: SessionEventType, payload: Readonly<Record<string, unknown>>, session: SessionRef): void {
    for (const user of this.#users) user.event?.(type, payload, session);
  }

  #become(state: EndpointState): void {
    this.#state = state;
    for (const user of this.#users) user.state?.(state, this.#sessions.size);
  }

  #check(): void {
    const at = now();
    this.#link?.check(at);
    for (const session of this.#sessions.values()) session.check(at);
    void this.#halfOpen?.check(this.#sessions.values(), at);
  }

  #checkMs(): number {
    const { keepAliveMs, idleMs, identifyMs } = this.#options;
    const limits = [keepAliveMs, idleMs, identifyMs].filter((limit) => limit > 0);
    return Math.min(CHECK_MS, ...limits.map((limit) => limit / CHECKS_PER_LIMIT));
  }
}

/**
 * How many robots may be connected. A robot counts from its first authenticated message; a connection beyond the places
 * may still be one that does not count, so it has a while to say so. A robot whose old connection has fallen silent takes
 * its own place over.
 */
import { Bucket } from "../bucket.ts";

export interface GateOptions {
  readonly mostRobots: number;
  /** Users that do not count. */
  readonly freeUsers: ReadonlySet<string>;
  /** How long a connection beyond the places may say nothing. */
  readonly patienceMs: number;
  /** Messages of one robot in a second; what is more goes no further, so that no robot is loud for the others. */
  readonly mostPerSecond: number;
}

export type GateEvent =
  /** `replaced`: the same robot came by another connection. */
  | { readonly type: "refused"; readonly session: string; readonly reason: "full" | "replaced" }
  /** It sends too fast. */
  | { readonly type: "slowed"; readonly session: string };

interface Admittance {
  readonly isAdmitted: boolean;
  /** It is in, but this message is one too many. */
  readonly isTooFast?: true;
  readonly events: readonly GateEvent[];
}

interface Peer {
  /** Null until it has said who it is. */
  user: string | null;
  /** Does not count against the places. */
  isFree: boolean;
  heardAt: number;
  /** When it is refused unless it says who it is; null while there is a place for it. */
  dueAt: number | null;
  /** How fast it may send: so many messages a second, and after a quiet while as many again at once. */
  readonly bucket: Bucket;
  /** When it was told last that it sends too fast. */
  slowedAt: number;
}

/** A connection that sent nothing for so long may be one that is gone without a word. */
const SILENT_MS = 2000;

/** Seconds whose messages a robot that was quiet may send at once. */
const BURST_S = 2;
/** A robot that sends too fast is told once in so long. */
const SLOWED_EVERY_MS = 1000;

const ADMITTED: Admittance = { isAdmitted: true, events: [] };

export class RobotGate {
  readonly #options: GateOptions;
  /** By session, in the order of their coming. */
  readonly #peers = new Map<string, Peer>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get robots(): number {
    return this.#robots().length;
  }

  opened(session: string, now: number): void {
    this.#peers.set(session, this.#newPeer(now));
    this.#judge(now);
  }

  closed(session: string, now: number): void {
    if (this.#peers.delete(session)) this.#judge(now);
  }

  /** An authenticated message; without a session it is not counted. */
  heard(session: string, user: string, now: number): Admittance {
    const peer = this.#peers.get(session) ?? this.#newPeer(now);
    peer.heardAt = now;
    peer.isFree = this.#options.freeUsers.has(user);
    const isKnown = peer.user !== null;
    if (isKnown || peer.isFree) return this.#admit(session, peer, user, now);
    if (this.#robots().length < this.#options.mostRobots) return this.#admit(session, peer, user, now);
    const silent = this.#robots().find(([, other]) => other.user === user && now - other.heardAt >= SILENT_MS);
    if (!silent) return { isAdmitted: false, events: [this.#refuse(session, "full")] };
    const events = [this.#refuse(silent[0], "replaced")];
    this.#admit(session, peer, user, now);
    return { isAdmitted: true, events };
  }

  #admit(session: string, peer: Peer, user: string, now: number): Admittance {
    const isNew = peer.user === null;
    peer.user = user;
    peer.dueAt = null;
    this.#peers.set(session, peer);
    if (isNew) this.#judge(now);
    return peer.bucket.take(now) === 0 ? ADMITTED : slow(session, peer, now);
  }

  #newPeer(now: number): Peer {
    const { mostPerSecond: perSecond } = this.#options;
    return {
      user: null,
      isFree: false,
      heardAt: now,
      dueAt: null,
      bucket: new Bucket({ burst: perSecond * BURST_S, perSecond }, now),
      slowedAt: Number.NEGATIVE_INFINITY,
    };
  }

  #refuse(session: string, reason: "full" | "replaced"): GateEvent {
    this.#peers.delete(session);
    return { type: "refused", session, reason };
  }

  #robots(): [string, Peer][] {
    return [...this.#peers].filter(([, { user, isFree }]) => user !== null && !isFree);
  }

  /** The newest that have not said who they are, as many as there are too many, are given a time. */
  #judge(now: number): void {
    const waiting = [...this.#peers.values()].filter(({ user }) => user === null);
    const places = Math.max(0, this.#options.mostRobots - this.#robots().length);
    waiting.forEach((peer, index) => {
      if (index < places) peer.dueAt = null;
      else peer.dueAt ??= now + this.#options.patienceMs;
    });
  }

  handleTimer(now: number): GateEvent[] {
    const due = [...this.#peers].filter(([, { dueAt }]) => dueAt !== null && dueAt <= now);
    return due.map(([session]) => this.#refuse(session, "full"));
  }

  nextDeadline(): number | null {
    let next: number | null = null;
    for (const { dueAt } of this.#peers.values()) if (dueAt !== null && (next === null || dueAt < next)) next = dueAt;
    return next;
  }
}

function slow(session: string, peer: Peer, now: number): Admittance {
  const isTold = now - peer.slowedAt >= SLOWED_EVERY_MS;
  if (isTold) peer.slowedAt = now;
  return { isAdmitted: false, isTooFast: true, events: isTold ? [{ type: "slowed", session }] : [] };
}

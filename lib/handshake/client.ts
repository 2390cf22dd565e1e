/** The client's side of the handshake of udp relays: a timed core (PROTOCOLS 3.2). */
import { decodeHeader, encodeConfirm, encodeHeader } from "./header.ts";

export type ClientState = "idle" | "calling" | "confirming" | "receiving";
type ClientInput = "connect" | "hiya" | "data" | "late" | "disconnect";

/** What is not written here changes nothing. A server that kept the lease over its restart sends data to one who calls. */
export const CLIENT_TRANSITIONS: Readonly<Record<ClientState, Readonly<Partial<Record<ClientInput, ClientState>>>>> = {
  idle: { connect: "calling" },
  calling: { hiya: "confirming", data: "receiving", disconnect: "idle" },
  confirming: { hiya: "confirming", data: "receiving", late: "calling", disconnect: "idle" },
  receiving: { hiya: "receiving", data: "receiving", late: "calling", disconnect: "idle" },
};

export interface ClientOptions {
  readonly helloEveryMs: number;
  readonly runningEveryMs: number;
  /** So long without data and without an answer, and it begins anew. */
  readonly timeoutMs: number;
}

export type ClientEvent =
  /** To the server's handshake port. */
  | { readonly type: "hello"; readonly attempt: number; readonly bytes: Buffer }
  | { readonly type: "confirm"; readonly bytes: Buffer }
  /** RUNNING, or CONFIRM once more, to the server's data port. */
  | { readonly type: "data"; readonly port: number; readonly bytes: Buffer }
  /** HIYA came, after a HELLO. */
  | { readonly type: "answered"; readonly port: number }
  /** The first data came. */
  | { readonly type: "receiving"; readonly port: number }
  | { readonly type: "lost"; readonly reason: "silent" | "unreachable" };

const NOTHING: readonly ClientEvent[] = [];
/** A server that restarts is unreachable for a moment. */
const UNREACHABLE_MS = 2000;

export class HandshakeClient {
  readonly counts = { hellos: 0, malformed: 0, unexpected: 0 };
  readonly #options: ClientOptions;
  #state: ClientState = "idle";
  #attempt = 0;
  /** The server's data port; 0 before the first HIYA. */
  #port = 0;
  /** The next HELLO, CONFIRM or RUNNING. */
  #dueAt = 0;
  /** When data or an answer last came. */
  #heardAt = 0;
  #unreachableAt: number | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get state(): ClientState {
    return this.#state;
  }

  connect(now: number): readonly ClientEvent[] {
    if (!this.#take("connect")) return NOTHING;
    this.#attempt = 0;
    return this.#call(now);
  }

  disconnect(): void {
    this.#take("disconnect");
    this.#port = 0;
  }

  /** A datagram of the server's handshake port. */
  receive(datagram: Uint8Array, now: number): readonly ClientEvent[] {
    const header = decodeHeader(datagram);
    if (header?.name !== "HIYA") return this.#count(header ? "unexpected" : "malformed");
    if (header.port === null) return this.#count("malformed");
    if (this.#state === "idle") return NOTHING;
    // A late answer to an earlier HELLO, whose port was given up since.
    if (this.#state !== "calling" && header.port !== this.#port) return this.#count("unexpected");
    this.#port = header.port;
    this.#heardAt = now;
    this.#unreachableAt = null;
    const isNews = this.#state === "calling";
    this.#take("hiya");
    const events = this.#confirm(now);
    return isNews ? [{ type: "answered", port: this.#port }, ...events] : events;
  }

  /** Something came from the server's data port. */
  receiveData(now: number): readonly ClientEvent[] {
    if (this.#state === "idle") return NOTHING;
    this.#heardAt = now;
    this.#unreachableAt = null;
    if (this.#state === "receiving") return NOTHING;
    this.#take("data");
    this.#dueAt = now + this.#options.runningEveryMs;
    return [{ type: "receiving", port: this.#port }];
  }

  /** The network says that nobody is at the server's data port. */
  unreachable(now: number): void {
    this.#unreachableAt ??= now;
  }

  handleTimer(now: number): readonly ClientEvent[] {
    if (this.#state === "idle") return NOTHING;
    const lateAt = this.#lateAt();
    if (now >= lateAt) return this.#lose(now);
    if (now < this.#dueAt) return NOTHING;
    if (this.#state === "calling") return this.#call(now);
    return this.#state === "confirming" ? this.#confirmAgain(now) : this.#run(now);
  }

  nextDeadline(): number | null {
    return this.#state === "idle" ? null : Math.min(this.#dueAt, this.#lateAt());
  }

  #lateAt(): number {
    if (this.#state === "calling") return Number.POSITIVE_INFINITY;
    const silentAt = this.#heardAt + this.#options.timeoutMs;
    return this.#unreachableAt === null ? silentAt : Math.min(silentAt, this.#unreachableAt + UNREACHABLE_MS);
  }

  #lose(now: number): readonly ClientEvent[] {
    const reason = this.#unreachableAt === null ? "silent" : "unreachable";
    this.#take("late");
    this.#unreachableAt = null;
    this.#attempt = 0;
    return [{ type: "lost", reason }, ...this.#call(now)];
  }

  #call(now: number): readonly ClientEvent[] {
    this.#attempt++;
    this.counts.hellos++;
    this.#dueAt = now + this.#options.helloEveryMs;
    return [{ type: "hello", attempt: this.#attempt, bytes: encodeHeader("HELLO") }];
  }

  #confirm(now: number): readonly ClientEvent[] {
    this.#dueAt = now + (this.#state === "confirming" ? this.#options.helloEveryMs : this.#options.runningEveryMs);
    return [{ type: "confirm", bytes: encodeConfirm(this.#port) }, this.#say(encodeHeader("RUNNING"))];
  }

  /** Until data comes: a lost CONFIRM would leave both sides waiting. The data port takes it too, and is less busy. */
  #confirmAgain(now: number): readonly ClientEvent[] {
    return [this.#say(encodeConfirm(this.#port)), ...this.#confirm(now)];
  }

  #run(now: number): readonly ClientEvent[] {
    this.#dueAt = now + this.#options.runningEveryMs;
    return [this.#say(encodeHeader("RUNNING"))];
  }

  #say(bytes: Buffer): ClientEvent {
    return { type: "data", port: this.#port, bytes };
  }

  #take(input: ClientInput): boolean {
    const next = CLIENT_TRANSITIONS[this.#state][input];
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }

  #count(reason: "malformed" | "unexpected"): readonly ClientEvent[] {
    this.counts[reason]++;
    return NOTHING;
  }
}

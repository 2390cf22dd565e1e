/** The API for client programs as a timed core: sessions, requests and outcomes in; replies, pushes, queries and commands out (PROTOCOLS 2). */
import type { ApiEvent } from "./api-events.ts";
import type { KnownSession, Ticket } from "./client.ts";
import { type ClientOptions, Clients } from "./clients.ts";
import type { CommandRequest } from "./command-requests.ts";
import { DueAfter } from "./due-after.ts";
import type { FaultReason } from "./faults.ts";
import { failure, failureText, type Reply, SUCCESS } from "./replies.ts";
import { type Request, type RequestOptions, readRequest } from "./requests.ts";

export type { ApiEvent, Lookup } from "./api-events.ts";

export interface ApiOptions extends ClientOptions, RequestOptions {
  /** A command that has no outcome by then has failed. */
  readonly replyTimeoutMs: number;
  /** As in the field: nobody is served before somebody listens. */
  readonly needsListener: boolean;
  /** What the ids of commands begin with: no other instance may have the same. */
  readonly idPrefix: string;
}

interface Pending {
  readonly ticket: Ticket;
  readonly resets: boolean;
}

/** Commands that wait for their outcomes. */
export const MAX_PENDING = 1000;

export class GatewayApi {
  readonly #options: ApiOptions;
  readonly #clients: Clients;
  readonly #pending: DueAfter<string, Pending>;
  readonly #failures: Partial<Record<FaultReason | "no-listener", number>> = {};
  /** Whether the module can be reached; null while nobody has said. */
  #isLinked: boolean | null = null;
  #minted = 0;
  #events: ApiEvent[] = [];

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#pending = new DueAfter(options.replyTimeoutMs);
    const take = (ticket: Ticket, bytes: Buffer, now: number) => this.#take(ticket, bytes, now);
    this.#clients = new Clients(options, take, (event) => this.#events.push(event));
  }

  get counts() {
    return { ...this.#clients.counts, waiting: this.#pending.size, clients: this.#clients.size };
  }

  /** Failures by reason. */
  get failures(): Readonly<Record<string, number>> {
    return this.#failures;
  }

  get isLinked(): boolean | null {
    return this.#isLinked;
  }

  get listeners(): number {
    return this.#clients.listeners;
  }

  get sessions(): readonly KnownSession[] {
    return this.#clients.sessions;
  }

  /** `isFramed`: each of its messages is a whole request, as over WebSocket. */
  opened(session: string, isFramed: boolean): void {
    this.#clients.opened(session, isFramed);
  }

  /** One of an instance before this. */
  adopt(session: KnownSession): readonly ApiEvent[] {
    this.#clients.adopt(session);
    return this.#takeEvents();
  }

  receive(session: string, bytes: Buffer, isText: boolean, now: number): readonly ApiEvent[] {
    const client = this.#clients.find(session) ?? this.#clients.opened(session, isText, false);
    this.#clients.receive(client, bytes, isText, now);
    return this.#takeEvents();
  }

  /** The client has said all that it will. */
  ended(session: string, now: number): readonly ApiEvent[] {
    this.#clients.ended(session, now);
    return this.#takeEvents();
  }

  closed(session: string): void {
    this.#clients.closed(session);
  }

  linked(isLinked: boolean): void {
    this.#isLinked = isLinked;
  }

  /** Of a node, to whoever listens. */
  push(bytes: Buffer): readonly ApiEvent[] {
    this.#clients.push(bytes);
    return this.#takeEvents();
  }

  reply(ticket: Ticket, reply: Reply): readonly ApiEvent[] {
    this.#clients.reply(ticket, reply);
    return this.#takeEvents();
  }

  /** What was looked up cannot be told. */
  fail(ticket: Ticket, reason: FaultReason): readonly ApiEvent[] {
    this.#fail(ticket, reason);
    return this.#takeEvents();
  }

  /** What became of a command; `detail` says why it failed. */
  outcome(id: string, isDelivered: boolean, detail: string): readonly ApiEvent[] {
    const pending = this.#pending.take(id);
    if (pending) this.#settle(pending, isDelivered, detail);
    return this.#takeEvents();
  }

  #settle({ ticket, resets }: Pending, isDelivered: boolean, detail: string): void {
    if (isDelivered && resets) this.#events.push({ type: "reset" });
    if (isDelivered) this.#clients.reply(ticket, SUCCESS);
    else if (this.#isLinked === false || detail === "") this.#fail(ticket, "no-serial");
    else this.#clients.reply(ticket, failureText(detail, ticket.isBracketed));
  }

  handleTimer(now: number): readonly ApiEvent[] {
    this.#clients.handleTimer(now);
    for (const { ticket } of this.#pending.takeDue(now)) this.#fail(ticket, "no-answer");
    return this.#takeEvents();
  }

  nextDeadline(): number | null {
    const first = this.#clients.nextDeadline();
    const second = this.#pending.nextDeadline();
    return first === null || second === null ? (first ?? second) : Math.min(first, second);
  }

  #take(ticket: Ticket, bytes: Buffer, now: number): void {
    this.#events.push({ type: "request", session: ticket.client.session, bytes });
    const isTooLong = bytes.length > this.#options.maxRequestBytes;
    const request = isTooLong ? ({ kind: "fault", reason: "oversized" } as const) : readRequest(bytes, this.#options);
    if (request.kind === "listen") this.#clients.listen(ticket);
    else if (this.#options.needsListener && this.#clients.listeners === 0) this.#refuse(ticket);
    else this.#perform(ticket, request, now);
  }

  #refuse(ticket: Ticket): void {
    this.#count("no-listener");
    this.#clients.refuse(ticket);
  }

  #perform(ticket: Ticket, request: Exclude<Request, { kind: "listen" }>, now: number): void {
    if (request.kind === "fault") this.#fail(ticket, request.reason);
    else if (request.kind === "command") this.#command(ticket, request, now);
    else if (request.kind === "log" || request.kind === "robots") {
      this.#events.push(
        request.kind === "log" ? { type: "log", text: request.text } : { type: "robots", report: request.report },
      );
      this.#clients.reply(ticket, SUCCESS);
    } else this.#events.push({ type: "lookup", lookup: request, ticket });
  }

  #command(ticket: Ticket, command: CommandRequest, now: number): void {
    if (this.#isLinked === false || this.#pending.size >= MAX_PENDING) {
      this.#fail(ticket, this.#isLinked === false ? "no-serial" : "busy");
      return;
    }
    const id = `${this.#options.idPrefix}-${++this.#minted}`;
    this.#pending.begin(id, { ticket, resets: command.resets }, now);
    this.#events.push({ type: "command", id, command, session: ticket.client.session });
  }

  #fail(ticket: Ticket, reason: FaultReason): void {
    this.#count(reason);
    this.#clients.reply(ticket, failure(reason, ticket.isBracketed));
  }

  #count(reason: FaultReason | "no-listener"): void {
    this.#failures[reason] = (this.#failures[reason] ?? 0) + 1;
  }

  #takeEvents(): readonly ApiEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

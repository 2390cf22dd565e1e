/** The connections of client programs: requests put together from what they send, replies in order, pushes to those that listen (PROTOCOLS 2). */

import { Roster } from "../roster.ts";
import { Client, type ClientEvent, type KnownSession, type Ticket } from "./client.ts";
import { DueAfter } from "./due-after.ts";
import { ACKNOWLEDGED, NO_LISTENER, type Reply } from "./replies.ts";
import { isBracketed, requestEnd } from "./requests.ts";

export interface ClientOptions {
  /** So long a silence ends a request of unknown length. */
  readonly requestIdleMs: number;
  readonly maxRequestBytes: number;
}

/** A request, whole or as long as one may be. */
export type Take = (ticket: Ticket, bytes: Buffer, now: number) => void;

/** Requests of one connection that wait for their replies; a client that has more of them is closed. */
export const MAX_WAITING = 64;

const NOTHING: Buffer = Buffer.alloc(0);

export class Clients {
  /** Requests = replies + vanished + flooded + those that wait; the other two are bytes after a request, and pushes that nobody hears. */
  readonly counts = { requests: 0, replies: 0, pushes: 0, vanished: 0, flooded: 0, excess: 0, unheard: 0 };
  readonly #options: ClientOptions;
  readonly #take: Take;
  readonly #emit: (event: ClientEvent) => void;
  readonly #clients = new Roster<string, Client>();
  readonly #listeners = new Set<Client>();
  readonly #collecting: DueAfter<Client, Client>;

  constructor(options: ClientOptions, take: Take, emit: (event: ClientEvent) => void) {
    this.#options = options;
    this.#take = take;
    this.#emit = emit;
    this.#collecting = new DueAfter(options.requestIdleMs);
  }

  get size(): number {
    return this.#clients.size;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  get sessions(): readonly KnownSession[] {
    const open = this.#clients.values().filter(({ isClosed }) => !isClosed);
    return open.map(({ session, isFramed, role, waiting }) => {
      return { session, isFramed, isListening: role === "listening", isWaiting: waiting > 0 };
    });
  }

  opened(session: string, isFramed: boolean, isAnnounced = true): Client {
    const client = new Client(session, isFramed, isAnnounced);
    this.#clients.set(session, client);
    return client;
  }

  /** One of an instance before this; what that owed it is lost, so that it is closed. */
  adopt({ session, isFramed, isListening, isWaiting }: KnownSession): void {
    const client = this.opened(session, isFramed);
    if (isWaiting) this.#end(client);
    else if (isListening) this.#addListener(client);
  }

  #addListener(client: Client): void {
    client.role = "listening";
    this.#listeners.add(client);
  }

  find(session: string): Client | undefined {
    return this.#clients.get(session);
  }

  receive(client: Client, bytes: Buffer, isText: boolean, now: number): void {
    if (client.isFramed) this.#ask(client, bytes, isText, now);
    else if (client.isDone) this.counts.excess++;
    else this.#collect(client, client.join(bytes), now);
  }

  #collect(client: Client, bytes: Buffer, now: number): void {
    let rest = bytes;
    for (let end = requestEnd(rest); end !== null; end = requestEnd(rest)) {
      // Most often the request is all that came.
      const isAll = end === rest.length;
      this.#ask(client, isAll ? rest : rest.subarray(0, end), false, now);
      rest = isAll ? NOTHING : rest.subarray(end);
      if (rest.length > 0 && client.isDone) {
        this.counts.excess++;
        rest = NOTHING;
      }
    }
    client.hold(rest);
    if (rest.length > this.#options.maxRequestBytes) this.#askHeld(client, now);
    else if (rest.length > 0) this.#collecting.begin(client, client, now);
    else this.#collecting.take(client);
  }

  #askHeld(client: Client, now: number): void {
    this.#collecting.take(client);
    this.#ask(client, client.takeHeld(), false, now);
  }

  #ask(client: Client, bytes: Buffer, isText: boolean, now: number): void {
    if (client.isClosed) return;
    this.counts.requests++;
    if (client.waiting >= MAX_WAITING) {
      this.counts.flooded++;
      this.#end(client);
      return;
    }
    if (client.role === "new" && !client.isFramed) client.role = "sending";
    this.#take(client.ask(isBracketed(bytes), isText), bytes, now);
  }

  /** Nothing more comes: what it sent is its request, and one that only listened is gone. */
  ended(session: string, now: number): void {
    const client = this.#clients.get(session);
    if (!client || client.isClosed) return;
    if (client.heldBytes > 0) this.#askHeld(client, now);
    const last = client.lastTicket;
    if (last) last.isLast = true;
    else if (!client.isClosed) this.#end(client);
  }

  closed(session: string): void {
    const client = this.#clients.get(session);
    if (client) this.#release(client);
    this.#clients.delete(session);
  }

  #end(client: Client): void {
    this.#emit({ type: "close", session: client.session });
    this.#release(client);
  }

  /** Its replies reach nobody any more. */
  #release(client: Client): void {
    if (client.isClosed) return;
    client.isClosed = true;
    this.counts.vanished += client.giveUp();
    this.#listeners.delete(client);
    this.#collecting.take(client);
    if (!client.isAnnounced) this.#clients.delete(client.session);
  }

  listen(ticket: Ticket): void {
    this.#addListener(ticket.client);
    this.reply(ticket, ACKNOWLEDGED);
  }

  /** As in the field: whoever asks before anybody listens is told so, and closed. */
  refuse(ticket: Ticket): void {
    ticket.isLast = true;
    this.reply(ticket, NO_LISTENER);
  }

  /** Sent when those before it have been; one for a client that is gone is nobody's. */
  reply(ticket: Ticket, reply: Reply): void {
    const { client } = ticket;
    if (client.isClosed) return;
    ticket.reply = reply;
    for (let next = client.takeAnswered(); next; next = client.takeAnswered()) this.#send(client, next);
  }

  #send(client: Client, { reply, isText, isLast }: Ticket): void {
    this.counts.replies++;
    const close = isLast || client.role === "sending";
    this.#emit({
      type: "send",
      session: client.session,
      bytes: reply!.bytes,
      isText: isText && !reply!.isBinary,
      close,
    });
    if (close) this.#release(client);
  }

  /** One message to each that listens. */
  push(bytes: Buffer): void {
    if (this.#listeners.size === 0) {
      this.counts.unheard++;
      return;
    }
    for (const { session } of this.#listeners) {
      this.counts.pushes++;
      this.#emit({ type: "send", session, bytes, isText: false, close: false });
    }
  }

  handleTimer(now: number): void {
    for (const client of this.#collecting.takeDue(now)) this.#ask(client, client.takeHeld(), false, now);
  }

  nextDeadline(): number | null {
    return this.#collecting.nextDeadline();
  }
}

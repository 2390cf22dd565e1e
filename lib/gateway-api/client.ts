/** One client program's connection: what it has sent of a request, and the replies it is owed, in order. */
import type { Reply } from "./replies.ts";

/** A request under way. */
export interface Ticket {
  readonly client: Client;
  /** In brackets: failures are answered in the form that counts their text. */
  readonly isBracketed: boolean;
  /** It came as text. */
  readonly isText: boolean;
  reply: Reply | null;
  /** Nothing follows this reply. */
  isLast: boolean;
}

/** `new`: nothing asked yet · `sending`: it has asked, and is closed with the reply · `listening`: it hears what nodes request. */
export type Role = "new" | "sending" | "listening";

/** To a connection. */
export type ClientEvent =
  | {
      readonly type: "send";
      readonly session: string;
      readonly bytes: Buffer;
      readonly isText: boolean;
      /** Nothing follows. */
      readonly close: boolean;
    }
  | { readonly type: "close"; readonly session: string };

/** What another instance needs to go on with a connection. */
export interface KnownSession {
  readonly session: string;
  readonly isFramed: boolean;
  readonly isListening: boolean;
  /** A reply is owed. */
  readonly isWaiting: boolean;
}

const EMPTY: Buffer = Buffer.alloc(0);

export class Client {
  readonly session: string;
  /** Each message is a whole request, and replies close nothing. */
  readonly isFramed: boolean;
  /** Its end will be told too. */
  readonly isAnnounced: boolean;
  role: Role = "new";
  isClosed = false;
  #held = EMPTY;
  readonly #tickets: Ticket[] = [];

  constructor(session: string, isFramed: boolean, isAnnounced: boolean) {
    this.session = session;
    this.isFramed = isFramed;
    this.isAnnounced = isAnnounced;
  }

  /** Requests that have no reply yet. */
  get waiting(): number {
    return this.#tickets.length;
  }

  get lastTicket(): Ticket | undefined {
    return this.#tickets.at(-1);
  }

  /** One request is all that a connection without frames has, unless it listens. */
  get isDone(): boolean {
    return this.isClosed || this.role === "sending";
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  hold(bytes: Buffer): void {
    this.#held = bytes;
  }

  /** What was held, and these. */
  join(bytes: Buffer): Buffer {
    return this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
  }

  takeHeld(): Buffer {
    const held = this.#held;
    this.#held = EMPTY;
    return held;
  }

  ask(isBracketed: boolean, isText: boolean): Ticket {
    const ticket: Ticket = { client: this, isBracketed, isText, reply: null, isLast: false };
    this.#tickets.push(ticket);
    return ticket;
  }

  /** How many requests nobody waits for any more. */
  giveUp(): number {
    const { length } = this.#tickets;
    this.#tickets.length = 0;
    return length;
  }

  /** The ticket whose turn it is, if it has its reply. */
  takeAnswered(): Ticket | undefined {
    return this.#tickets[0]?.reply ? this.#tickets.shift() : undefined;
  }
}

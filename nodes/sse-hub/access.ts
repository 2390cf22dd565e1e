/** Who may ask a hub: the one rule that every route and every upgrade goes through. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { readBearer } from "../../lib/auth/authorization.ts";
import { cookieText, readCookie } from "../../lib/auth/cookie.ts";
import type { Refused } from "../../lib/auth/gate.ts";
import { Passes } from "../../lib/auth/passes.ts";
import { type Refusal, type RequestFacts, refuseForeign, refuseOthers } from "../../lib/auth/this-machine.ts";
import type { TokenRegistryNode } from "../token-registry.ts";
import type { Guests } from "./guests.ts";
import { THIS_MACHINE, type Visitor, visitorOf } from "./visitor.ts";

export interface AccessRefusal {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly headers: OutgoingHttpHeaders;
}

/** When this machine itself needs no token: until there are tokens, also while Node-RED is reached from here only, or never. */
export type ThisMachine = "first" | "loopback" | "never";

export interface AccessOptions {
  readonly registry: TokenRegistryNode | null;
  readonly thisMachine: ThisMachine;
  /** The hub's path as the browser sees it. */
  readonly base: string;
  /** Whether Node-RED listens on a loopback address. */
  isLoopbackOnly(): boolean;
}

const TICKET_MS = 30_000;
const MAX_TICKETS = 10_000;
const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="gatehouse"' };

export class Access {
  readonly registry: TokenRegistryNode | null;
  readonly guests: Guests;
  readonly #tickets = new Passes<Visitor>(TICKET_MS, MAX_TICKETS);
  readonly #options: AccessOptions;
  /** Connections that last, by the token they came in by. */
  readonly #held = new Map<string, Set<Socket>>();
  readonly #unsubscribe: () => void;
  /** By the word that a program is told. */
  readonly refused: Record<string, number> = {};

  constructor(options: AccessOptions, guests: Guests) {
    this.registry = options.registry;
    this.guests = guests;
    this.#options = options;
    this.#unsubscribe = options.registry?.subscribe({ ended: (tokens) => this.#end(tokens) }) ?? (() => {});
  }

  admit(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Visitor | AccessRefusal {
    const visitor = this.#identify(request, response, query);
    if ("status" in visitor) this.refused[visitor.error] = (this.refused[visitor.error] ?? 0) + 1;
    return visitor;
  }

  /** What was shown counts, right or wrong; who shows nothing, or a cookie that is past, may still be this machine. */
  #identify(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Visitor | AccessRefusal {
    const address = addressOf(request);
    const bearer = readBearer(request.headers);
    if (bearer !== null) return this.#byToken(bearer, address);
    const ticket = query.get("ticket");
    if (ticket !== null) return this.#byTicket(ticket, address);
    const cookie = readCookie(request.headers.cookie);
    const carried = cookie === null ? null : this.#byCookie(cookie, request);
    // Shown once more it would be one more wrong guess.
    if (cookie !== null && carried === null) this.#takeAway(request, response);
    return carried ?? this.#byPlace(request);
  }

  #byToken(token: string, address: string): Visitor | AccessRefusal {
    const verdict = this.registry?.check(token, address) ?? this.guests.guess(address);
    return "holder" in verdict ? visitorOf(verdict.holder) : refusalOf(verdict);
  }

  #byTicket(ticket: string, address: string): Visitor | AccessRefusal {
    const visitor = this.#tickets.take(ticket, Date.now());
    if (visitor !== null) return visitor;
    return refusalOf(this.registry?.book?.refuseGuess(address) ?? this.guests.guess(address));
  }

  /** Null where it lets nobody in. */
  #byCookie(cookie: string, request: IncomingMessage): Visitor | AccessRefusal | null {
    const guest = this.guests.find(cookie);
    const verdict = guest ? null : this.registry?.check(cookie, addressOf(request));
    if (verdict && "fault" in verdict && verdict.fault === "unready") return refusalOf(verdict);
    const visitor = guest ?? (verdict && "holder" in verdict ? visitorOf(verdict.holder) : null);
    const foreign = visitor && refuseForeign(factsOf(request));
    return foreign ? forbidden(foreign) : visitor;
  }

  #takeAway(request: IncomingMessage, response: ServerResponse): void {
    const { base: path } = this.#options;
    response.setHeader("Set-Cookie", cookieText("", { path, maxAgeMs: 0, isSecure: isSecure(request) }));
  }

  #byPlace(request: IncomingMessage): Visitor | AccessRefusal {
    const { registry } = this;
    if (!this.#trustsThisMachine()) return refusalOf({ fault: "missing" });
    const refusal = refuseOthers(factsOf(request));
    if (refusal === null) return THIS_MACHINE;
    return registry && refusal.error !== "foreign-origin" && refusal.error !== "not-json"
      ? refusalOf({ fault: "missing" })
      : forbidden(refusal);
  }

  #trustsThisMachine(): boolean {
    const { registry, thisMachine, isLoopbackOnly } = this.#options;
    if (registry === null) return true;
    if (thisMachine === "never") return false;
    return (thisMachine === "loopback" && isLoopbackOnly()) || registry.book?.isEmpty === true;
  }

  /** Lets its holder in once, as the visitor that asked for it. */
  issueTicket(random: Uint8Array, visitor: Visitor): string {
    return this.#tickets.issue(random, visitor, Date.now());
  }

  /** A connection that lasts ends with the token that it came in by. */
  hold({ token }: Visitor, socket: Socket): void {
    if (token === undefined) return;
    const sockets = this.#held.get(token) ?? new Set();
    this.#held.set(token, sockets.add(socket));
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#held.delete(token);
    });
    // It may have ended while the connection was made.
    if (this.registry?.holderOf(token) === null) socket.destroy();
  }

  #end(tokens: readonly string[]): void {
    for (const token of tokens) for (const socket of this.#held.get(token) ?? []) socket.destroy();
  }

  close(): void {
    this.#unsubscribe();
  }
}

export function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? "unknown";
}

/** A proxy may have ended the TLS; whoever lies about it keeps its own cookie from itself. */
export function isSecure({ socket, headers }: IncomingMessage): boolean {
  return "encrypted" in socket || headers["x-forwarded-proto"] === "https";
}

/** A page of another origin may not open a WebSocket with what this browser is let in by, whatever that is. */
export function isOwnOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

export function factsOf({ socket, method = "", headers }: IncomingMessage): RequestFacts {
  return { remoteAddress: socket.remoteAddress, method, headers };
}

export function forbidden({ error, message }: Refusal): AccessRefusal {
  return { status: 403, error, message, headers: {} };
}

/** What a program is told whose token did not let it in. */
export function refusalOf({ fault, waitMs = 0 }: Refused): AccessRefusal {
  if (fault === "later") {
    const headers = { "Retry-After": String(Math.ceil(waitMs / 1000)) };
    return { status: 429, error: "later", message: "Too many wrong tokens came from there: wait.", headers };
  }
  if (fault === "unready") {
    const headers = { "Retry-After": "1" };
    return { status: 503, error: "unavailable", message: "The store of the tokens is not ready.", headers };
  }
  const message = MESSAGES[fault];
  return { status: 401, error: "unauthorized", message, headers: CHALLENGE };
}

const MESSAGES = {
  missing: "A token is needed. A browser signs in when its page is loaded anew; a program sends Authorization: Bearer.",
  unknown: "Nobody has this token, password or ticket.",
  expired: "The token has expired.",
  revoked: "The token is revoked.",
} as const;

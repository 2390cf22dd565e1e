/** Answers `POST /token` and `POST /ticket`, and turns a ticket in a page's address into a cookie. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBasic } from "../../lib/auth/authorization.ts";
import { cookieText } from "../../lib/auth/cookie.ts";
import { PASS_BYTES } from "../../lib/auth/passes.ts";
import { refuseElsewhere } from "../../lib/auth/this-machine.ts";
import { type Access, type AccessRefusal, addressOf, factsOf, forbidden, isSecure, refusalOf } from "./access.ts";
import { asksForPage, sendError, sendJson, sendSeeOther } from "./answers.ts";
import { GUEST_MS } from "./guests.ts";
import { isForm, readFields } from "./read-body.ts";
import { sendSignInPage } from "./sign-in-page.ts";
import type { Visitor } from "./visitor.ts";

const MAX_BODY_BYTES = 4096;
const TICKET_S = 30;

export interface SignInOptions {
  readonly access: Access;
  /** The hub's path as the browser sees it. */
  readonly base: string;
  /** `Authorization` belongs to Node-RED's own password. */
  readonly isBasicTaken: boolean;
}

interface SignIn {
  readonly name: string;
  /** A password or a token. */
  readonly token: string;
  /** Where a form's sender goes on. */
  readonly to?: string;
}

export class SignIns {
  readonly #access: Access;
  readonly #base: string;
  readonly #isBasicTaken: boolean;

  constructor({ access, base, isBasicTaken }: SignInOptions) {
    this.#access = access;
    this.#base = base;
    this.#isBasicTaken = isBasicTaken;
  }

  async token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = refuseElsewhere(factsOf(request));
    if (foreign) return this.#refuse(response, forbidden(foreign));
    const book = this.#access.registry?.book;
    if (!book) return this.#refuse(response, NO_REGISTRY);
    const given = await this.#read(request);
    if (!given) return this.#refuse(response, refusalOf(book.gate.refuse("missing")));
    const signedIn = await book.signIn(given.name, given.token, addressOf(request));
    if ("fault" in signedIn) return this.#refuse(response, refusalOf(signedIn), given.to);
    const { token, expires } = signedIn;
    const cookie = this.#cookie(request, token, (expires ?? 0) - Date.now());
    if (given.to === undefined) sendJson(response, 200, { token, expires }, cookie);
    else sendSeeOther(response, this.#base + localPath(given.to), cookie);
  }

  /** Whoever asked for a page gets a form to sign in by. */
  refuse(refusal: AccessRefusal, request: IncomingMessage, response: ServerResponse): void {
    const helps = this.#access.registry !== null && refusal.status !== 403;
    const message = refusal.status === 401 ? "This page is for those who are signed in." : refusal.message;
    if (asksForPage(request) && helps) this.#refuse(response, { ...refusal, message }, request.url ?? "/");
    else this.#refuse(response, refusal);
  }

  /** A form is answered with the form again. */
  #refuse(response: ServerResponse, refusal: AccessRefusal, to?: string): void {
    const { status, error, message, headers } = refusal;
    if (to === undefined) sendError(response, status, error, message, headers);
    else sendSignInPage(response, refusal, this.#base, to);
  }

  async #read(request: IncomingMessage): Promise<SignIn | null> {
    const basic = this.#isBasicTaken ? null : readBasic(request.headers);
    if (basic) return basic;
    const { user, password, to } = (await readFields(request, MAX_BODY_BYTES)) ?? {};
    if (typeof user !== "string" || typeof password !== "string") return null;
    return { name: user, token: password, ...(isForm(request) && { to: String(to ?? "/") }) };
  }

  ticket(visitor: Visitor, response: ServerResponse): void {
    const ticket = this.#access.issueTicket(randomBytes(PASS_BYTES), visitor);
    sendJson(response, 200, { ticket, expires: Date.now() + TICKET_S * 1000 });
  }

  /** A ticket stays in no address: the browser gets a cookie in its place. */
  async exchange(
    visitor: Visitor,
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const [value, ttlMs] = await this.#carried(visitor);
    query.delete("ticket");
    const rest = query.size > 0 ? `?${query}` : "";
    sendSeeOther(response, this.#base + path + rest, this.#cookie(request, value, ttlMs));
  }

  async #carried(visitor: Visitor): Promise<[string, number]> {
    const { registry, guests } = this.#access;
    const holder = visitor.token === undefined ? null : registry?.holderOf(visitor.token);
    if (!holder || !registry?.book) return [guests.admit(visitor), GUEST_MS];
    const { token, expires } = await registry.book.renew(holder);
    return [token, (expires ?? 0) - Date.now()];
  }

  #cookie(request: IncomingMessage, value: string, maxAgeMs: number): { "Set-Cookie": string } {
    return { "Set-Cookie": cookieText(value, { path: this.#base, maxAgeMs, isSecure: isSecure(request) }) };
  }
}

const NO_REGISTRY: AccessRefusal = {
  status: 404,
  error: "not-found",
  message: "This hub has no tokens: choose some in its form.",
  headers: {},
};

/** Within the hub, whatever a form says. */
function localPath(to: string): string {
  return /^\/(?![/\\])[^\\]*$/.test(to) ? to : "/";
}

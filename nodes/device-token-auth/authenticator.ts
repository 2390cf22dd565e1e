/** Decides about one message after the other: whose it is and that it may, or why not. */
import { deviceOf, isNamed, userOf } from "../../lib/auth/names.ts";
import { allows, type Right } from "../../lib/auth/scopes.ts";
import { isLoopback } from "../../lib/auth/this-machine.ts";
import type { Holder } from "../../lib/auth/token-table.ts";
import { findSession, type OpenSession } from "../shared/sessions.ts";
import { type Arrived, presentedIn, withoutToken } from "./presented.ts";
import type { AuthOptions } from "./read-options.ts";
import type { Refusal } from "./reply.ts";

export interface Incoming extends Arrived {
  device?: string;
  type?: string;
  address?: string;
  user?: string;
  scopes?: readonly string[];
  req?: NonNullable<Arrived["req"]> & { readonly socket?: { readonly remoteAddress?: string } };
  _session?: { readonly type: string; readonly id: string };
}

interface Accepted {
  readonly user: string;
  /** Absent where the account has none here. */
  readonly device?: string;
  readonly scopes: readonly string[];
  readonly payload: unknown;
  readonly raw?: Uint8Array;
}

/** Who needs no token has no name, and no scopes. */
const OPEN = { user: "", scopes: [] } as const;

/** Those whose origin is not known share one count of guesses. */
const NOWHERE = "unknown";

export class Authenticator {
  readonly #options: AuthOptions;
  /** What each was allowed last: most send for one topic all the time. A holder whose scopes change is another object. */
  readonly #allowed = new WeakMap<Holder, string>();

  constructor(options: AuthOptions) {
    this.#options = options;
  }

  receive(message: Incoming): Accepted | Refusal {
    if (message._session?.type === "browser") return this.#allowBrowser(message);
    const session = message._session ? findSession(message._session.id) : undefined;
    const known = this.#options.mode === "session" ? this.#holderOf(session) : null;
    if (known) return this.#allow(known, message, withoutToken(message.payload, this.#options));
    const mayBeOpen = this.#isOpen(session);
    if (mayBeOpen && session?.identity) return { ...OPEN, payload: message.payload };
    const presented = presentedIn(message, this.#options);
    if ("fault" in presented) return { reason: presented.fault };
    if (mayBeOpen && presented.token === undefined) return { ...OPEN, payload: message.payload };
    const verdict = this.#options.registry.check(
      presented.token,
      addressOf(message, session),
      session?.identity?.token,
    );
    if ("fault" in verdict) return refusalOf(verdict);
    const { holder } = verdict;
    if (presented.name !== undefined && !isNamed(holder.account, presented.name)) return { reason: "unknown" };
    const decided = this.#allow(holder, message, presented.payload);
    if (!("user" in decided)) return decided;
    identify(session, holder, decided);
    return presented.raw === undefined ? decided : { ...decided, raw: presented.raw };
  }

  /** A session of this machine, where the node lets those in without a token. */
  #isOpen(session: OpenSession | undefined): boolean {
    return this.#options.isOpen && session !== undefined && isLoopback(session.address) && !session.identity?.token;
  }

  #holderOf(session: OpenSession | undefined): Holder | null {
    const token = session?.identity?.token;
    return token === undefined ? null : this.#options.registry.holderOf(token);
  }

  /** A hub let it in, and put there whose it is and what it may. */
  #allowBrowser({ user = "", scopes, payload, device, type = "#" }: Incoming): Accepted | Refusal {
    const { right } = this.#options;
    if (scopes === undefined) return { reason: "missing" };
    const mayAnything = right === "none";
    if (!mayAnything && (device === undefined || !allows(scopes, right, `${device}/${type}`)))
      return { reason: "forbidden" };
    return { user, scopes, payload };
  }

  /** The authenticated name counts, whatever the message says; a command's device is the one it is for. */
  #allow(holder: Holder, message: Incoming, payload: unknown): Accepted | Refusal {
    const { account, scopes } = holder;
    const { right, network } = this.#options;
    const own = right === "command" || right === "read" ? null : deviceOf(account, network);
    const device = own ?? message.device;
    const accepted = { user: userOf(account), scopes, payload, ...(device !== undefined && { device }) };
    if (right === "none" || (right === "publish" && device === undefined)) return accepted;
    if (device === undefined || !this.#may(holder, right, `${device}/${message.type ?? "#"}`))
      return { reason: "forbidden" };
    return accepted;
  }

  #may(holder: Holder, right: Right, topic: string): boolean {
    if (this.#allowed.get(holder) === topic) return true;
    const isAllowed = allows(holder.scopes, right, topic);
    if (isAllowed) this.#allowed.set(holder, topic);
    return isAllowed;
  }
}

function refusalOf({ fault, waitMs }: { readonly fault: Refusal["reason"]; readonly waitMs?: number }): Refusal {
  return waitMs === undefined ? { reason: fault } : { reason: fault, waitMs };
}

function addressOf({ address, req }: Incoming, session: OpenSession | undefined): string {
  return session?.address ?? req?.socket?.remoteAddress ?? address ?? NOWHERE;
}

function identify(session: OpenSession | undefined, { token }: Holder, { user, device }: Accepted): void {
  if (!session || session.identity?.token === token) return;
  session.identify(device === undefined ? { user, token } : { user, device, token });
}

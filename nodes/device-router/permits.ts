/** What a browser may read and command, by the token that it came in by; one that needed none may anything. */
import type { Permits } from "../../lib/ack/permits.ts";
import { allows, allowsSomeOf, type Right } from "../../lib/auth/scopes.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import { topicOf } from "../../lib/store/topic.ts";
import { findSession } from "../shared/sessions.ts";
import type { TokenRegistryNode } from "../token-registry.ts";

/** Came without a token, where the flow lets such in. */
const OPEN = Symbol("open");

/** Browser → the id of its token. One that is away keeps it, since what it may read waits for it. */
export type Tokens = Map<string, string | typeof OPEN>;

const EVERYTHING: readonly string[] = ["read:#", "command:#"];

export class TokenPermits implements Permits {
  readonly #registry: TokenRegistryNode;
  readonly #network: string;
  readonly tokens: Tokens;

  constructor(registry: TokenRegistryNode, network: string, tokens: Tokens = new Map()) {
    this.#registry = registry;
    this.#network = network;
    this.tokens = tokens;
  }

  came(browser: string, session: string): void {
    const found = findSession(session);
    if (found) this.tokens.set(browser, found.identity?.token ?? OPEN);
  }

  forget(browser: string): void {
    this.tokens.delete(browser);
  }

  sees(browser: string, device: string): boolean {
    return this.#someOf(browser, "read", device);
  }

  commands(browser: string, device: string): boolean {
    return this.#someOf(browser, "command", device);
  }

  readable(browser: string, device: string, fields: JsonObject): JsonObject | null {
    const scopes = this.#scopesOf(browser);
    const name = this.#nameOf(device);
    if (allows(scopes, "read", topicOf(name, "#"))) return fields;
    const allowed = Object.entries(fields).filter(([type]) => allows(scopes, "read", topicOf(name, type)));
    return allowed.length > 0 ? Object.fromEntries(allowed) : null;
  }

  #someOf(browser: string, right: Right, device: string): boolean {
    return allowsSomeOf(this.#scopesOf(browser), right, this.#nameOf(device));
  }

  /** None of a token that was revoked or has expired, and of a browser that is not known. */
  #scopesOf(browser: string): readonly string[] {
    const token = this.tokens.get(browser);
    if (token === OPEN) return EVERYTHING;
    return (token === undefined ? null : this.#registry.holderOf(token))?.scopes ?? [];
  }

  #nameOf(device: string): string {
    return `${this.#network}/${device}`;
  }
}

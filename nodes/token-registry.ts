/** Config node: users and devices, their tokens and scopes; says whose a token is, and ends who came in by what is revoked. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import type { Refused, Verdict } from "../lib/auth/gate.ts";
import { Limiter } from "../lib/auth/limiter.ts";
import type { Holder } from "../lib/auth/token-table.ts";
import { addCollector, type Sample } from "./shared/metrics.ts";
import { type Fields, numberOption, textOption } from "./shared/options.ts";
import { whenClosed } from "./shared/when-closed.ts";
import { type StoreBackendNode, storeOf } from "./store-backend.ts";
import { Book, type BookListener } from "./token-registry/book.ts";
import { endSessions } from "./token-registry/end-sessions.ts";
import { serveTable } from "./token-registry/routes.ts";

export type { BookListener as RegistryListener, BookState as RegistryState } from "./token-registry/book.ts";

export interface TokenRegistryNode extends Node {
  /**
   * Whose token it is; `address` is where it came from, `current` the id of the token by which that connection came in
   * already. Whoever guesses has to wait, whatever the way in.
   */
  check(token: string | undefined, address: string, current?: string): Verdict;
  /** Who came in by a token earlier; null where it no longer counts. */
  holderOf(id: string): Holder | null;
  subscribe(listener: BookListener): () => void;
  /** For those who sign in, and for the form; null where an option is wrong. */
  readonly book: Book | null;
}

interface RegistryOptions {
  readonly store: StoreBackendNode;
  readonly tokensFile: string;
  readonly signInMs: number;
}

const HOUR_MS = 3_600_000;
const MAX_SIGN_IN_H = 24;

/** Guesses are not forgotten by a deploy. */
const limiters = new Map<string, Limiter>();

function limiterOf(id: string): Limiter {
  const limiter = limiters.get(id) ?? new Limiter();
  limiters.set(id, limiter);
  return limiter;
}

/** The registry that a node's field names; throws RangeError where there is none. */
export function registryOf(RED: NodeAPI, id: unknown): TokenRegistryNode {
  const node = typeof id === "string" ? (RED.nodes.getNode(id) as TokenRegistryNode | null) : null;
  if (!node || typeof node.check !== "function") throw new RangeError('"registry" must be chosen');
  return node;
}

export default function register(RED: NodeAPI): void {
  function readOptions(fields: Fields): RegistryOptions {
    return {
      store: storeOf(RED, fields.store),
      tokensFile: textOption(fields, "tokensFile", ""),
      signInMs: numberOption(fields, "signInH", [0.01, MAX_SIGN_IN_H], 12) * HOUR_MS,
    };
  }

  function TokenRegistry(this: TokenRegistryNode, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      serve(this, readOptions(config));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      fail(this, error);
    }
  }

  function serve(node: TokenRegistryNode, { store, ...options }: RegistryOptions): void {
    const book = new Book({ ...options, gateway: store.gateway }, limiterOf(node.id));
    Object.assign(node, { book });
    node.check = (token, address, current) => book.check(token, address, current);
    node.holderOf = (id) => book.holderOf(id);
    node.subscribe = (listener) => book.subscribe(listener);
    book.subscribe({ state: ({ isReady, fault }) => isReady && fault !== undefined && node.warn(fault) });
    book.subscribe({ ended: endSessions });
    const unsubscribe = store.subscribe(({ name, detail }) => {
      if (name !== "ready") book.fail(name === "failed" ? detail : "");
      else if (store.backend) book.follow(store.backend).catch((fault: Error) => book.fail(fault.message));
    });
    const removeCollector = addCollector(node, (where) => samples(where, book));
    whenClosed(node, "the last use of tokens was not kept", (removed) => {
      unsubscribe();
      removeCollector();
      if (removed) limiters.delete(node.id);
      return book.close();
    });
  }

  /** Stays inert: its users show the fault, and let nobody in. */
  function fail(node: TokenRegistryNode, error: RangeError): void {
    node.error(error.message);
    const refused: Refused = { fault: "unready" };
    Object.assign(node, { book: null });
    node.check = () => refused;
    node.holderOf = () => null;
    node.subscribe = (listener) => {
      listener.state?.({ isReady: false, fault: error.message });
      return () => undefined;
    };
  }

  RED.nodes.registerType("gh-token-registry", TokenRegistry);
  serveTable(RED);
}

function* samples(where: string, { gate }: Book): Iterable<Sample> {
  const { accepted, ...refused } = gate.counts;
  yield { name: "gatehouse_auth_accepted_total", labels: { where }, value: accepted };
  for (const [reason, value] of Object.entries(refused)) {
    yield { name: "gatehouse_auth_refused_total", labels: { where, reason }, value };
  }
}

/** Flows with a registry of tokens, for tests of the nodes that use it. */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import registerAuth from "../../nodes/device-token-auth.ts";
import registerStoreBackend from "../../nodes/store-backend.ts";
import type { Book } from "../../nodes/token-registry/book.ts";
import registerRegistry, { type TokenRegistryNode } from "../../nodes/token-registry.ts";
import { nodeOf, unload } from "./runtime.ts";
import { type Message, STORE } from "./store-flow.ts";

export const TOKEN_NODES = [registerStoreBackend, registerRegistry, registerAuth];

export const REGISTRY = { id: "tokens", type: "gh-token-registry", store: "store" };

/** Where stores in memory keep what tokens need. */
const folder = join(tmpdir(), `gatehouse-tokens-${process.pid}`);

/** Ends the flow, and forgets its tokens. */
export async function unloadTokens(): Promise<void> {
  await unload();
  rmSync(folder, { recursive: true, force: true });
}

/** A `device-token-auth` whose outputs are collected. */
export function tokenFlow(auth: object = {}, registry: object = {}, store: object = {}): Message[] {
  return [
    { id: "tab", type: "tab" },
    { ...STORE, directory: folder, ...store },
    { ...REGISTRY, ...registry },
    { id: "auth", z: "tab", type: "device-token-auth", registry: "tokens", wires: [["in"], ["refused"]], ...auth },
    { id: "in", z: "tab", type: "helper" },
    { id: "refused", z: "tab", type: "helper" },
  ];
}

export function registry(): TokenRegistryNode {
  return nodeOf<TokenRegistryNode>("tokens");
}

/** The registry's book, once its store has opened. */
export function openBook(): Promise<Book> {
  const { book } = registry();
  return new Promise((resolve) => {
    const unsubscribe = registry().subscribe({
      state: ({ isReady }) => {
        if (!isReady) return;
        setImmediate(() => unsubscribe());
        resolve(book!);
      },
    });
  });
}

/** Adds an account, and gives the text of its token. */
export async function tokenOf(name: string, scopes: readonly string[], expires: number | null = null): Promise<string> {
  const { desk } = await openBook();
  return (await desk.mint({ name, scopes }, expires)).token;
}

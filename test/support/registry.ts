/** A registry on a store in memory, without a runtime: what a hub sees of it. */
import { openMemory } from "../../backends/memory.ts";
import { Limiter } from "../../lib/auth/limiter.ts";
import { Book } from "../../nodes/token-registry/book.ts";
import type { TokenRegistryNode } from "../../nodes/token-registry.ts";

export interface TestRegistry {
  readonly node: TokenRegistryNode;
  readonly book: Book;
  /** Adds an account, and gives the text of its token. */
  mint(name: string, scopes: readonly string[], expires?: number | null): Promise<string>;
  revoke(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openRegistry(): Promise<TestRegistry> {
  const backend = openMemory({ maxCount: 10, maxAgeMs: 0, maxSeries: 10 });
  const book = new Book({ gateway: "test", tokensFile: "", signInMs: 60_000 }, new Limiter());
  await book.follow(backend);
  const node = {
    book,
    check: (token: string, address: string, current?: string) => book.check(token, address, current),
    holderOf: (id: string) => book.holderOf(id),
    subscribe: (listener: object) => book.subscribe(listener),
  };
  return {
    node: node as unknown as TokenRegistryNode,
    book,
    async mint(name, scopes, expires = null) {
      return (await book.desk.mint({ name, scopes }, expires)).token;
    },
    async revoke(name) {
      const lasting = book.ledger.table.tokensOf(name).filter(({ origin }) => origin !== "session");
      for (const { id } of lasting) await book.desk.revoke(id);
    },
    async close() {
      await book.close();
      await backend.close();
    },
  };
}

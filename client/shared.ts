/** What the script of the components shares with the others of a page: there is one connection for all of them. */
import type { Source } from "./source.ts";

export function pageSource(): Source {
  return (globalThis as unknown as { readonly gatehouse: { source(): Source } }).gatehouse.source();
}

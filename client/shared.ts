/** What the script of the components shares with the others of a page: there is one connection for all of them. */
import type { gatehouse as Shared } from "./main.ts";
import type { Source } from "./source.ts";

export function shared(): typeof Shared {
  return (globalThis as unknown as { readonly gatehouse: typeof Shared }).gatehouse;
}

export function pageSource(): Source {
  return shared().source();
}

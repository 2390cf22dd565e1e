/** The source that all components of a page share, and the device that the page is about. */
import { newName } from "../page.ts";
import { deviceOfPath } from "../paths.ts";
import { Source } from "../source.ts";

let shared: Source | null = null;
let base = "";

/** `hub` is the hub's path, as `baseOf` says. */
export function openSource(hub: string): Source {
  base = hub;
  shared ??= new Source(hub, newName());
  return shared;
}

export function source(): Source {
  return openSource(base);
}

/** Of `/d/<device>` and `/v/<view>/<device>`; empty where the address names none. */
export function deviceOfPage(): string {
  const [, page = ""] = /^\/(d|v\/[^/]+)\//.exec(location.pathname.slice(base.length)) ?? [];
  return (page && deviceOfPath(base, location.pathname, page)) || "";
}

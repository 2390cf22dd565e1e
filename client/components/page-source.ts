/** The source that all components of a page share, and the device that the page is about. */
import { newName } from "../page.ts";
import { baseOf, deviceOfPath } from "../paths.ts";
import { Source } from "../source.ts";

let shared: Source | null = null;
let base = "";
let version = "";

/** `script` is the address that the hub serves the client at. */
export function openSource(script: string): Source {
  base = baseOf(script);
  version = new URL(script).search;
  return source();
}

export function source(): Source {
  shared ??= new Source(base, newName());
  return shared;
}

/** Another file of the client, of the same version. */
export function clientFile(name: string): string {
  return `${base}/${name}${version}`;
}

/** Of `/d/<device>` and `/v/<view>/<device>`; empty where the address names none. */
export function deviceOfPage(): string {
  const [, page = ""] = /^\/(d|v\/[^/]+)\//.exec(location.pathname.slice(base.length)) ?? [];
  return (page && deviceOfPath(base, location.pathname, page)) || "";
}

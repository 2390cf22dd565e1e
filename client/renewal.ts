/** A page that is left open over a restart of its server, as on a wall, loads itself anew where the server has another version of it. */
import type { Source } from "./source.ts";

export function keepRenewed(source: Pick<Source, "watch">): void {
  const present = versionsIn(document.documentElement.outerHTML);
  let wasLost = false;
  source.watch({
    state({ name }) {
      if (name === "live" && wasLost) void renew(present);
      wasLost = name === "reconnecting" || (wasLost && name !== "live");
    },
  });
}

async function renew(present: string): Promise<void> {
  const response = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  const other = versionsIn((await response?.text()) ?? "");
  // What has no version is no page of ours: a proxy's, or the form to sign in by.
  if (other !== "" && other !== present) location.reload();
}

/** Of the files that a page's text names, and of a view's own text. */
function versionsIn(html: string): string {
  return [...new Set(html.match(/(\?v=|data-version=")\w+/g))].sort().join();
}

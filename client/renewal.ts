/** A page that is left open, as on a wall, loads itself anew where the server has another version of it, or of its view. */
import { versionTopic } from "../lib/sse/view-path.ts";
import type { Source } from "./source.ts";

/** What was typed a moment ago must not be lost. */
const TYPING_MS = 60_000;
/** Two servers behind one address that are not the same must not keep a page loading. */
const FIRST_MS = 3_000;

export function keepRenewed(source: Pick<Source, "want" | "state">): void {
  let dueAt = FIRST_MS;
  addEventListener("input", () => {
    dueAt = performance.now() + TYPING_MS;
  });
  // A server that has gone meanwhile tells its version when it is back.
  const renew = () => {
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) setTimeout(renew, waitMs);
    else if (source.state.name === "live") location.reload();
  };
  for (const { dataset } of document.querySelectorAll<HTMLElement>("body[data-version],main>[data-version]")) {
    const { view, version } = dataset;
    // A view may have nothing else that is live; other pages begin to follow a moment later.
    source.want(versionTopic(view), { reading: ({ value }) => value === version || renew() }, view !== undefined);
  }
}

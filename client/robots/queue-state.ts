/** How a robot's queue stands: what waits for its relays, and what was dropped. */
import { h, setText } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";

export interface QueueState {
  readonly element: HTMLElement;
  receive(reading: Pick<LiveReading, "type" | "value">): void;
}

export function queueState(): QueueState {
  const waiting = h("dd", { class: "queue-figure" }, "–");
  const dropped = h("dd", { class: "queue-figure" }, "0");
  const element = h(
    "dl",
    { class: "queue" },
    h("div", {}, h("dt", {}, "Waiting for relays"), waiting),
    h("div", {}, h("dt", {}, "Dropped"), dropped),
  );
  return {
    element,
    receive({ type, value }) {
      if (type === "depth" && typeof value === "number") setText(waiting, String(value));
      if (type === "dropped") showDrops(dropped, value);
    },
  };
}

/** What became of those that did not fit, by the last one's reason. */
const WORDS: Readonly<Record<string, string>> = {
  "drop-oldest": "the oldest gave way",
  "drop-newest": "the newest were turned away",
  superseded: "newer ones took their place",
  expired: "they were too old",
  cleared: "a flow cleared the queue",
};

function showDrops(place: HTMLElement, value: unknown): void {
  const { all, reason } = (value ?? {}) as { readonly all?: unknown; readonly reason?: unknown };
  if (typeof all !== "number") return;
  const why = h("span", { class: "why" }, WORDS[String(reason)] ?? String(reason));
  place.replaceChildren(String(all), ...(all > 0 ? [" ", why] : []));
  place.classList.toggle("is-bad", all > 0);
}

/** How a robot's queue stands: what waits for its relays, and what was dropped. */
import { h, setAttribute, setText } from "../dom.ts";
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

function showDrops(place: HTMLElement, value: unknown): void {
  const { all, reason } = (value ?? {}) as { readonly all?: unknown; readonly reason?: unknown };
  if (typeof all !== "number") return;
  setText(place, String(all));
  setAttribute(place, "title", `last: ${String(reason)}`);
  place.classList.toggle("is-bad", all > 0);
}

/** A card for one type of a device: what its kind of value asks for, drawn from the readings so far. */
import { serverNow } from "./api.ts";
import { bytesView, fieldsView, flagView, logView, numberView, otherView, positionView } from "./card-views.ts";
import { h, setAttribute, setText } from "./dom.ts";
import { formatAge, formatTime } from "./format.ts";
import type { Sample } from "./series.ts";
import { type Kind, kindOf, soleNumber } from "./values.ts";

/** Fills a card's body once, and says how to bring it up to date. `samples` is never empty. */
export type View = (body: HTMLElement) => (samples: readonly Sample[]) => void;

const VIEWS: Readonly<Record<Kind, View>> = {
  number: numberView,
  flag: flagView,
  text: logView,
  bytes: bytesView,
  position: positionView,
  fields: fieldsView,
  other: otherView,
};

export interface Card {
  readonly element: HTMLElement;
  readonly type: string;
  update(samples: readonly Sample[]): void;
  /** Brings the age up to date. */
  tick(): void;
}

/** A view of its own for some values; null leaves a value to its kind. */
export type SpecialView = (value: unknown) => { readonly kind: string; readonly view: View } | null;

export function valueCard(type: string, special: SpecialView = () => null): Card {
  const age = h("time", { class: "age" });
  const body = h("div", { class: "card-body" });
  const element = h("section", { class: "card" }, h("header", {}, h("h2", {}, type), age), body);
  let kind = "";
  let show: ReturnType<View> = () => {};
  let time = 0;
  return {
    element,
    type,
    update(samples) {
      const last = samples.at(-1);
      if (!last) return;
      const next = special(last.value) ?? viewOf(samples, last.value);
      if (next.kind !== kind) {
        kind = next.kind;
        body.replaceChildren();
        setAttribute(element, "data-kind", kind);
        show = next.view(body);
      }
      show(samples);
      time = last.time;
      showAge(age, time);
    },
    tick: () => showAge(age, time),
  };
}

function viewOf(samples: readonly Sample[], value: unknown): { readonly kind: Kind; readonly view: View } {
  const kind = viewKind(samples, value);
  return { kind, view: VIEWS[kind] };
}

/**
 * A message is text or bytes as it happens to be: once text was seen, bytes are lines of its log.
 * An object of one number is shown as a number.
 */
function viewKind(samples: readonly Sample[], value: unknown): Kind {
  const kind = soleNumber(value) ? "number" : kindOf(value);
  if (kind !== "bytes") return kind;
  return samples.some(({ value }) => typeof value === "string") ? "text" : kind;
}

export function showAge(element: HTMLTimeElement, time: number): void {
  const now = serverNow();
  setText(element, formatAge(now - time));
  const moment = new Date(time);
  setAttribute(element, "datetime", Number.isFinite(moment.getTime()) ? moment.toISOString() : "");
  setAttribute(element, "title", formatTime(time, now));
}

/** A card for one type of a device: the components that its kind of value asks for, and how old the newest is. */
import { elementOfType } from "../../lib/records/element-names.ts";
import { hasWildcard, topicOf } from "../../lib/store/topic.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { formatValue } from "../format.ts";
import { pictureOf } from "../picture.ts";
import type { Sample } from "../series.ts";
import { fieldsOf, type Kind, kindOf, soleNumber } from "../values.ts";
import { showAge } from "./age.ts";
import { chartToggle } from "./chart-toggle.ts";
import { component } from "./component.ts";
import { headingOf } from "./list-frame.ts";

export interface Card {
  readonly element: HTMLElement;
  update(newest: Sample): void;
  /** Brings the age up to date. */
  tick(): void;
}

/** Components with the readings that each begins with. */
type Inside = readonly (readonly [name: string, history: number])[];

type CardKind = Kind | "list" | "picture" | "place";

const COURSE = 300;
/** Of a value whose type no filter can name: it comes without a store, and has no component. */
const LONGEST = 500;
const INSIDES: Readonly<Record<CardKind, Inside>> = {
  number: [["gh-value", COURSE]],
  flag: [["gh-value", COURSE]],
  other: [["gh-value", 0]],
  text: [["gh-log", 50]],
  bytes: [["gh-table", 0]],
  fields: [["gh-table", 80]],
  list: [["gh-table", 0]],
  picture: [["gh-image", 0]],
  position: [["gh-track", COURSE]],
  place: [
    ["gh-track", COURSE],
    ["gh-table", 80],
  ],
};

/** `level` is that of its heading. */
export function typeCard(device: string, type: string, level: number): Card {
  const [name, what, age] = [
    h("span", {}, elementOfType(type)),
    h("span", { class: "what" }),
    h("time", { class: "age" }),
  ];
  const body = h("div", { class: "card-body" });
  const header = h("header", {}, headingOf(level, name, what), age);
  const element = h("section", { class: "card", "data-type": type }, header, body);
  const topic = topicOf(device, type);
  header.append(chartToggle(element, topic, elementOfType(type)));
  let [kind, time]: [CardKind | "", number] = ["", 0];
  return {
    element,
    update({ value, time: newest }) {
      const next = kindOfCard(value, kind === "text");
      if (hasWildcard(type)) setText(body, formatValue(value, LONGEST));
      else if (next !== kind) body.replaceChildren(...INSIDES[next].map((inside) => insideOf(inside, topic, type)));
      kind = next;
      setAttribute(element, "data-kind", kind);
      setText(what, soleNumber(value)?.name ?? "");
      time = newest;
      showAge(age, time);
    },
    tick: () => showAge(age, time),
  };
}

function insideOf([name, history]: Inside[number], topic: string, type: string): HTMLElement {
  return component(name, {
    topic,
    label: elementOfType(type),
    plain: "",
    ...(history > 0 ? { history: String(history) } : {}),
  });
}

/** A message is text or bytes as it happens to be: once it was text, bytes are lines of its log. */
function kindOfCard(value: unknown, wasText: boolean): CardKind {
  if (pictureOf(value)) return "picture";
  if (Array.isArray(value)) return "list";
  const kind = soleNumber(value) ? "number" : kindOf(value);
  if (kind === "bytes" && wasText) return "text";
  return kind === "position" && fieldsOf(value).length > 2 ? "place" : kind;
}

/** What stands around the rows of a list of devices: how to search, sort and filter it, and a word where it is empty. */
import type { AttributedElement } from "../components/attributes.ts";
import { h } from "../dom.ts";

export interface ListTools {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  readonly sort: HTMLSelectElement;
  readonly statuses: HTMLElement;
}

/** Of the heading that stands above what is in `host`; a component that is what its page is about is below the page's own. */
export function levelOf(host: AttributedElement): number {
  return Math.min(4, Math.max(1, host.number("level", 2)));
}

/** What the page is about may have a say in its title and its address. */
export function isPageOf(host: AttributedElement): boolean {
  return levelOf(host) === 1;
}

/** A heading, `below` levels below the one of `host`. */
export function headingOf(level: number, ...children: (Node | string)[]): HTMLElement {
  return h(`h${Math.min(6, level)}` as "h2", {}, ...children);
}

const ORDERS = { name: "By name", seen: "Newest first", status: "Trouble first" };

export function listTools(): ListTools {
  const search = h("input", { type: "search", placeholder: "Search name, label or type", autocomplete: "off" });
  search.spellcheck = false;
  const sort = h("select", {}, ...Object.entries(ORDERS).map(([value, text]) => h("option", { value }, text)));
  const statuses = h("div", { class: "statuses", role: "group", "aria-label": "Show only devices with this status" });
  const unseen = (text: string) => h("span", { class: "unseen" }, text);
  const element = h("div", { class: "tools", hidden: "" });
  element.append(h("label", { class: "search" }, unseen("Search devices"), search));
  element.append(h("label", { class: "sort" }, unseen("Order"), sort), statuses);
  return { element, search, sort, statuses };
}

export function emptyPanel(level: number): HTMLElement {
  return h(
    "div",
    { class: "empty panel", hidden: "" },
    headingOf(level + 1, "No devices yet"),
    h("p", {}, "A device appears here by itself with its first reading. If none does:"),
    h("ol", {}, ...HINTS.map((hint) => h("li", {}, hint))),
  );
}

const HINTS = [
  "In the Node-RED editor deploy a flow, such as the example “01 Mesh gateway” with its simulated devices.",
  "Look at the status under its input node: is it open, and does data come in?",
  "Follow the wire: readings must reach a node-store, or an sse-out of this hub.",
];

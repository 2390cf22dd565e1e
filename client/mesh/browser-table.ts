/** The browsers that the hub serves: what they look at, since when, and what was dropped for them. */
import { fetchJson, serverNow } from "../api.ts";
import { h } from "../dom.ts";
import { cut, formatSpan } from "../format.ts";

export interface BrowserRow {
  readonly address: string;
  readonly view: string | null;
  readonly topics: readonly string[];
  readonly since: number;
  readonly dropped: number;
}

export async function fetchBrowsers(base: string): Promise<BrowserRow[]> {
  return (await fetchJson(`${base}/browsers`)) as BrowserRow[];
}

export function showBrowsers(body: HTMLElement, browsers: readonly BrowserRow[]): void {
  const now = serverNow();
  const rows = [...browsers].sort((a, b) => a.since - b.since);
  body.replaceChildren(
    ...rows.map(({ address, view, topics, since, dropped }) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, cut(view ?? topics.join(" "), 60), " ", h("span", { class: "below" }, address)),
        h("td", { class: "amount" }, formatSpan(now - since)),
        h("td", { class: "amount recent" }, dropped > 0 ? String(dropped) : ""),
      ),
    ),
  );
}

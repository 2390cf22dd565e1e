/** Everything that was dropped, by where and why: the largest first. */
import { find, h } from "../dom.ts";
import type { Metric } from "../metrics.ts";
import { ofName } from "../metrics.ts";

export const DROPPED = "gatehouse_dropped_total";

export interface Drop {
  readonly where: string;
  readonly reason: string;
  readonly count: number;
  /** Since the page was opened, or the gateway restarted. */
  readonly recent: number;
}

export class Drops {
  /** Of the first look, by where and reason. */
  readonly #first = new Map<string, number>();
  #hasLooked = false;

  read(metrics: readonly Metric[]): Drop[] {
    const all = ofName(metrics, DROPPED);
    if (!this.#hasLooked) for (const metric of all) this.#first.set(keyOf(metric), metric.value);
    this.#hasLooked = true;
    return all
      .filter(({ value }) => value > 0)
      .map((metric) => this.#dropOf(metric))
      .sort((a, b) => b.count - a.count || (a.where < b.where ? -1 : 1));
  }

  #dropOf(metric: Metric): Drop {
    const { labels, value: count } = metric;
    const key = keyOf(metric);
    // A count that has fallen is one of a gateway that was restarted.
    if (count < (this.#first.get(key) ?? 0)) this.#first.set(key, 0);
    return {
      where: labels.where ?? "",
      reason: labels.reason ?? "",
      count,
      recent: count - (this.#first.get(key) ?? 0),
    };
  }
}

function keyOf({ labels }: Metric): string {
  return `${labels.reason} ${labels.where}`;
}

/** Puts them into the page's table, or says that there are none. */
export function showDropTable(drops: readonly Drop[]): void {
  showDrops(find(".drops tbody"), drops);
  find(".drops").hidden = drops.length === 0;
  find(".drops-none").hidden = drops.length > 0;
}

function showDrops(body: HTMLElement, drops: readonly Drop[]): void {
  const text = JSON.stringify(drops);
  if (body.dataset.text === text) return;
  body.dataset.text = text;
  body.replaceChildren(...drops.map(rowOf));
}

function rowOf({ where, reason, count, recent }: Drop): HTMLElement {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, reason, " ", h("span", { class: "below" }, where)),
    h("td", { class: "amount" }, String(count)),
    h("td", { class: "amount recent" }, recent === 0 ? "" : `+${recent}`),
  );
}

/** Everything that was dropped, by where and why: what was lost first, then what is ordinary, the largest of each first. */
import { find, h } from "../dom.ts";
import type { Metric } from "../metrics.ts";
import { ofName } from "../metrics.ts";

export const DROPPED = "gatehouse_dropped_total";

/** Nothing is lost by these, or a flow chose it: counted, and no alarm. */
const ORDINARY: Readonly<Record<string, string>> = {
  unheard: "nobody listened",
  coalesced: "a newer one took its place",
  superseded: "a newer one took its place",
  duplicate: "it had come before",
  repeated: "it had come before",
  cleared: "a flow asked for it",
};

export interface Drop {
  readonly where: string;
  readonly reason: string;
  readonly count: number;
  /** Since the page was opened, or the gateway restarted. */
  readonly recent: number;
  /** Why it is no loss; null where it is one. */
  readonly ordinary: string | null;
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
      .sort((a, b) => rankOf(a) - rankOf(b) || b.count - a.count || (a.where < b.where ? -1 : 1));
  }

  #dropOf(metric: Metric): Drop {
    const { labels, value: count } = metric;
    const key = keyOf(metric);
    // A count that has fallen is one of a gateway that was restarted.
    if (count < (this.#first.get(key) ?? 0)) this.#first.set(key, 0);
    const { where = "", reason = "" } = labels;
    return { where, reason, count, recent: count - (this.#first.get(key) ?? 0), ordinary: ORDINARY[reason] ?? null };
  }
}

function rankOf({ ordinary }: Drop): number {
  return ordinary === null ? 0 : 1;
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

function rowOf({ where, reason, count, recent, ordinary }: Drop): HTMLElement {
  const why = ordinary === null ? "" : `: ${ordinary}`;
  return h(
    "tr",
    { class: ordinary === null ? "" : "ordinary" },
    h("th", { scope: "row" }, `${reason}${why} `, h("span", { class: "below" }, where)),
    h("td", { class: "amount" }, String(count)),
    h("td", { class: "amount recent" }, recent === 0 ? "" : `+${recent}`),
  );
}

/** What each browser follows by all its connections together. */

/** A browser that asks for more, and others that share its name, may follow anything. */
const MAX_FILTERS = 1024;

export class Followed {
  /** Of each browser: how many of its connections have the same filters. */
  readonly #lists = new Map<string, Map<string, number>>();

  add(browser: string, filters: readonly string[]): void {
    const lists = this.#lists.get(browser) ?? new Map<string, number>();
    this.#lists.set(browser, lists);
    const key = JSON.stringify(filters);
    lists.set(key, (lists.get(key) ?? 0) + 1);
  }

  /** As they were added. */
  remove(browser: string, filters: readonly string[]): void {
    const key = JSON.stringify(filters);
    const lists = this.#lists.get(browser);
    const left = (lists?.get(key) ?? 0) - 1;
    if (left > 0) lists?.set(key, left);
    else lists?.delete(key);
    if (lists?.size === 0) this.#lists.delete(browser);
  }

  of(browser: string): readonly string[] {
    const filters = new Set<string>();
    for (const list of this.#lists.get(browser)?.keys() ?? []) {
      for (const filter of JSON.parse(list) as string[]) filters.add(filter);
      if (filters.size > MAX_FILTERS) return ["#"];
    }
    return [...filters];
  }
}

/** Who looks at what: the pages that browsers have open, counted by page and by device. */

/** A page as its address says. */
export interface ViewedPage {
  /** As the address stands below the host. */
  readonly path: string;
  /** The view's name; null where the page is no view. */
  readonly view: string | null;
  /** What it is about; null where that is no single device. */
  readonly device: string | null;
}

export interface PageChange extends ViewedPage {
  /** Browsers that have this page open. */
  readonly viewers: number;
  /** Browsers that have a page of this device open; 0 where the page has none. */
  readonly watching: number;
}

/** Connections of one browser that have one page open. */
interface Opened {
  readonly browser: string;
  readonly page: ViewedPage;
  connections: number;
}

export class Audience {
  readonly #opened = new Map<string, Opened>();

  /** Null where this browser has the page open by another connection. */
  open(browser: string, page: ViewedPage): PageChange | null {
    const key = keyOf(browser, page);
    const known = this.#opened.get(key);
    if (known) {
      known.connections++;
      return null;
    }
    this.#opened.set(key, { browser, page, connections: 1 });
    return this.#change(page);
  }

  /** Null where it still has. */
  close(browser: string, page: ViewedPage): PageChange | null {
    const key = keyOf(browser, page);
    const known = this.#opened.get(key);
    if (!known || --known.connections > 0) return null;
    this.#opened.delete(key);
    return this.#change(page);
  }

  #change(page: ViewedPage): PageChange {
    const viewers = this.#count((other) => other.path === page.path);
    return {
      ...page,
      viewers,
      watching: page.device === null ? 0 : this.#count(({ device }) => device === page.device),
    };
  }

  #count(fits: (page: ViewedPage) => boolean): number {
    return new Set([...this.#opened.values()].filter(({ page }) => fits(page)).map(({ browser }) => browser)).size;
  }
}

function keyOf(browser: string, { path }: ViewedPage): string {
  return `${browser} ${path}`;
}

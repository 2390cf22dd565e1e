/** The browsers that a flow was told of, over a deploy: who is not back soon after it is told as gone. */
import type { Browser, Presence } from "../sse-hub/browsers.ts";

/** Pages, and an EventSource, are back within two seconds. */
const PATIENCE_MS = 5000;

/** Of nodes that a deploy has stopped. */
const parked = new Map<string, readonly Browser[]>();

export class Attendance {
  readonly #id: string;
  readonly #lost: (browser: Browser) => void;
  readonly #present = new Set<Browser>();
  /** Who was there before the deploy. */
  #awaited: readonly Browser[];
  #timer: NodeJS.Timeout | undefined;

  /** `lost` hears of each connection whose browser is not back. */
  constructor(id: string, lost: (browser: Browser) => void) {
    this.#id = id;
    this.#lost = lost;
    this.#awaited = parked.get(id) ?? [];
    parked.delete(id);
  }

  /** The hub takes browsers from now on. */
  begin(): void {
    if (this.#awaited.length > 0) this.#timer = setTimeout(() => this.#giveUp(), PATIENCE_MS);
  }

  receive({ type, browser }: Presence): void {
    if (type === "connected") this.#present.add(browser);
    if (type === "gone") this.#present.delete(browser);
  }

  #giveUp(): void {
    const back = new Set([...this.#present].map(({ id }) => id));
    for (const browser of this.#awaited) if (!back.has(browser.id)) this.#lost(browser);
    this.#awaited = [];
  }

  /** `leaving` are browsers of which not all was told yet; of a node that is deleted nothing more will be. */
  end(isDeleted: boolean, leaving: readonly Browser[]): void {
    clearTimeout(this.#timer);
    const known = [...this.#present, ...leaving, ...this.#awaited];
    if (!isDeleted && known.length > 0) parked.set(this.#id, known);
  }
}

/** The browsers of field protocols in this process, for the hubs that list all browsers: who is here, and what each views. */

interface FieldBrowser {
  readonly via: "ack/0";
  readonly address: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** It is on no page of a hub. */
  readonly view: null;
  topics: readonly string[];
  dropped: number;
}

const here = new Map<string, FieldBrowser>();

export function listFieldBrowsers(): FieldBrowser[] {
  return [...here.values()];
}

/** What the browser of this network chose to view; null for nothing. */
export function viewInField(network: string, id: string, device: string | null): void {
  const browser = here.get(keyOf(network, id));
  if (browser) browser.topics = device === null ? [] : [`${network}/${device}/#`];
}

/** The browsers of one ack-session. */
export class FieldBrowsers {
  readonly #network: string;
  readonly #mine = new Map<string, FieldBrowser>();

  constructor(network: string) {
    this.#network = network;
  }

  came(id: string, address: string): void {
    const browser = { via: "ack/0", address, since: Date.now(), view: null, topics: [], dropped: 0 } as const;
    this.#mine.set(id, { ...browser });
    here.set(keyOf(this.#network, id), this.#mine.get(id)!);
  }

  /** Something that was for it. */
  dropped(id: string): void {
    const browser = this.#mine.get(id);
    if (browser) browser.dropped++;
  }

  went(id: string): void {
    const key = keyOf(this.#network, id);
    // It may have come to another node meanwhile.
    if (here.get(key) === this.#mine.get(id)) here.delete(key);
    this.#mine.delete(id);
  }

  clear(): void {
    for (const id of [...this.#mine.keys()]) this.went(id);
  }
}

function keyOf(network: string, id: string): string {
  return `${network} ${id}`;
}

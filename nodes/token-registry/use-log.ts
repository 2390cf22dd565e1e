/** When each token was last used, written to the store in batches. */
import type { Backend } from "../../backends/backend.ts";

const KEY = "token.used.";
const EVERY_MS = 10_000;

type Uses = Record<string, number>;

export class UseLog {
  readonly #key: string;
  readonly #uses = new Map<string, number>();
  readonly #isKnown: (id: string) => boolean;
  #isChanged = false;
  #timer: NodeJS.Timeout | undefined;
  #backend: Backend | null = null;

  /** `gateway` keeps apart what several processes write; tokens that are known no more are left out. */
  constructor(gateway: string, isKnown: (id: string) => boolean) {
    this.#key = KEY + gateway;
    this.#isKnown = isKnown;
  }

  async follow(backend: Backend): Promise<void> {
    this.#backend = backend;
    for (const { value } of await backend.keys(KEY)) {
      for (const [id, at] of Object.entries(value as Uses)) this.#note(id, at);
    }
  }

  used(id: string, at: number): void {
    this.#note(id, at);
    this.#isChanged = true;
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), EVERY_MS).unref();
  }

  #note(id: string, at: number): void {
    if (at > (this.#uses.get(id) ?? 0)) this.#uses.set(id, at);
  }

  /** Milliseconds since 1970, or null where it never was. */
  lastUse(id: string): number | null {
    return this.#uses.get(id) ?? null;
  }

  /** What could not be written is written with the next batch. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isChanged || !this.#backend) return;
    this.#isChanged = false;
    for (const id of this.#uses.keys()) if (!this.#isKnown(id)) this.#uses.delete(id);
    try {
      await this.#backend.put(this.#key, Object.fromEntries(this.#uses));
    } catch (error) {
      this.#isChanged = true;
      throw error;
    }
  }
}

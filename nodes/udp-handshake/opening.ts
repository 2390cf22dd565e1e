/** Opens what a role listens on, tries again for ever where it cannot, and tells each fault once. */
import { Backoff } from "../../lib/backoff.ts";
import { type Driver, drive, now } from "../shared/drive.ts";

export class Opening {
  readonly #open: () => Promise<() => Promise<void>>;
  readonly #told: (fault: Error) => void;
  readonly #backoff = new Backoff(now());
  readonly #driver: Driver<unknown>;
  #attempt: Promise<void> = Promise.resolve();
  #close: (() => Promise<void>) | null = null;
  #closed = false;
  #fault = "";

  /** `open` resolves to what closes it again. */
  constructor(open: () => Promise<() => Promise<void>>, told: (fault: Error) => void) {
    this.#open = open;
    this.#told = told;
    this.#driver = drive(this.#backoff, () => {
      this.#attempt = this.#try();
    });
  }

  /** Resolves when everything is closed; idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#driver.stop();
    await this.#attempt;
    const close = this.#close;
    this.#close = null;
    await close?.();
  }

  async #try(): Promise<void> {
    try {
      this.#close = await this.#open();
      this.#backoff.opened(now());
      this.#fault = "";
    } catch (error) {
      this.#backoff.closed(now());
      this.#report(error as Error);
    }
    this.#driver.run([]);
  }

  #report(fault: Error): void {
    if (this.#closed || fault.message === this.#fault) return;
    this.#fault = fault.message;
    this.#told(fault);
  }
}

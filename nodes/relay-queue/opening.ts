/** Inputs that come while the store is being opened: they wait, and are refused once it has failed. */
import type { BackendState } from "../../backends/connection.ts";
import type { QueueCounts } from "./counts.ts";
import { actionOf, type Input } from "./questions.ts";

const MAX_WAITING = 10_000;

export class Opening {
  readonly #counts: QueueCounts;
  readonly #waiting: Input[] = [];
  #fault: string | null = null;

  constructor(counts: QueueCounts) {
    this.#counts = counts;
  }

  follow({ name, detail }: BackendState): void {
    this.#fault = name === "failed" ? detail : null;
    if (this.#fault !== null) this.refuseAll(this.#fault, "store-failed");
  }

  add(input: Input): void {
    if (this.#fault !== null) this.#refuse(input, this.#fault, "store-failed");
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(input);
    else this.#refuse(input, `${MAX_WAITING} messages wait for the store to open`, "waiting-full");
  }

  /** All that waits, once the store is open. */
  take(): Input[] {
    return this.#waiting.splice(0);
  }

  refuseAll(fault: string, reason: string): void {
    for (const input of this.#waiting.splice(0)) this.#refuse(input, fault, reason);
  }

  /** A question that is not answered is no message lost. */
  #refuse({ message, done }: Input, fault: string, reason: string): void {
    if (actionOf(message) === "put") {
      this.#counts.in++;
      this.#counts.drop(reason);
    }
    done(new Error(fault));
  }
}

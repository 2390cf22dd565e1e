/** Those who wait for the same thing, each as long as it likes. */
import { MeshFault } from "../../lib/mesh-client/replies.ts";

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (fault: MeshFault) => void;
}

export class Waiting<T = void> {
  readonly #waiters = new Set<Waiter<T>>();
  #fault: MeshFault | null = null;

  /** Rejects with a `timeout` that says what did not come. */
  async wait(timeoutMs: number, missing: string): Promise<T> {
    if (this.#fault) throw this.#fault;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waiter: Waiter<T> | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        waiter = { resolve, reject };
        this.#waiters.add(waiter);
        timer = setTimeout(() => reject(new MeshFault("timeout", `${missing} in ${timeoutMs} ms`)), timeoutMs);
      });
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter!);
    }
  }

  settle(value: T): void {
    for (const { resolve } of this.#waiters) resolve(value);
  }

  /** For good: who waits later is rejected too. */
  fail(fault: MeshFault): void {
    this.#fault = fault;
    for (const { reject } of this.#waiters) reject(fault);
  }
}

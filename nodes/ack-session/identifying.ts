/** Holds the first messages of a connection back while what waits for its device is fetched from the store. */
import type { GatehouseMessage } from "../shared/message.ts";
import { findSession } from "../shared/sessions.ts";

/** Messages of one connection that wait; a device that has not been answered sends few. */
const MAX_WAITING = 256;

export class Identifying {
  readonly #waiting = new Map<string, GatehouseMessage[]>();

  isUnderWay(connection: string): boolean {
    return this.#waiting.has(connection);
  }

  /** False where too much waits. */
  hold(message: GatehouseMessage): boolean {
    const waiting = this.#waiting.get(message._session!.id)!;
    if (waiting.length >= MAX_WAITING) return false;
    waiting.push(message);
    return true;
  }

  /** `proceed` gets the first message once the fetching is over, and then those that came meanwhile. */
  begin(first: GatehouseMessage, fetching: Promise<void>, proceed: (message: GatehouseMessage) => void): void {
    const connection = first._session!.id;
    this.#waiting.set(connection, [first]);
    void fetching.finally(() => {
      const waiting = this.#waiting.get(connection) ?? [];
      this.#waiting.delete(connection);
      for (const message of waiting) proceed(message);
    });
  }

  forget(connection: string): void {
    this.#waiting.delete(connection);
  }
}

/** So that its endpoint need not wait for it any more; a token has said more. */
export function identifySession(connection: string, device: string | undefined): void {
  const session = findSession(connection);
  if (session?.identity === null) session.identify(device === undefined ? {} : { device });
}

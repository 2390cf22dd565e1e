/** Who hears which messages of which nodes. */
import type { Payload } from "../../lib/mesh-client/bytes.ts";
import { fitsPush, type Push } from "../../lib/mesh-client/pushes.ts";

/** A message of a node, with the way to answer it. */
export interface NodeMessage extends Push {
  reply(payload: Payload): Promise<void>;
}

export type MessageListener = (message: NodeMessage) => void;

interface Subscription {
  readonly wanted: readonly (string | number)[];
  readonly listener: MessageListener;
}

export class Subscriptions {
  readonly #all = new Set<Subscription>();

  /** Returns unsubscribe. */
  add(wanted: readonly (string | number)[], listener: MessageListener): () => void {
    const subscription = { wanted, listener };
    this.#all.add(subscription);
    return () => void this.#all.delete(subscription);
  }

  /** A listener that throws keeps no other one from hearing. */
  tell(message: NodeMessage): void {
    for (const { wanted, listener } of this.#all) {
      if (wanted.some((one) => fitsPush(message, one))) queueMicrotask(() => listener(message));
    }
  }
}

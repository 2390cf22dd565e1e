/** Who hears which messages of which nodes. */
import type { Payload } from "../../lib/mesh-client/bytes.ts";
import { fitsPush, type Push } from "../../lib/mesh-client/pushes.ts";
import { MeshFault } from "../../lib/mesh-client/replies.ts";

/** A message of a node, with the way to answer it. */
export interface NodeMessage extends Push {
  reply(payload: Payload): Promise<void>;
}

/** May return a promise, such as that of a reply. */
export type MessageListener = (message: NodeMessage) => unknown;

interface Subscription {
  readonly wanted: readonly (string | number)[];
  readonly listener: MessageListener;
}

export class Subscriptions {
  readonly #all = new Set<Subscription>();
  readonly #onFault: (fault: MeshFault) => void;

  constructor(onFault: (fault: MeshFault) => void) {
    this.#onFault = onFault;
  }

  /** Returns unsubscribe. */
  add(wanted: readonly (string | number)[], listener: MessageListener): () => void {
    const subscription = { wanted, listener };
    this.#all.add(subscription);
    return () => void this.#all.delete(subscription);
  }

  /** A listener that throws keeps no other one from hearing. */
  tell(message: NodeMessage): void {
    for (const { wanted, listener } of this.#all) {
      if (wanted.some((one) => fitsPush(message, one))) void this.#call(listener, message);
    }
  }

  async #call(listener: MessageListener, message: NodeMessage): Promise<void> {
    try {
      await Promise.resolve(message).then(listener);
    } catch (fault) {
      if (!(fault instanceof MeshFault)) throw fault;
      this.#onFault(fault);
    }
  }
}

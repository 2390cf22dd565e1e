/** Which ids the messages for a device or gateway had on the wire, kept over a restart, so that a resend has its id and no id is used twice. */
import type { Backend } from "../../backends/backend.ts";

/** Value of `ack.<key of the peer>`. */
interface Mark {
  /** No id above it has been used. */
  readonly reserved: number;
  /** Wire id of each command that is not acknowledged. */
  readonly sent: readonly (readonly [id: number, command: string])[];
}

const PREFIX = "ack.";
/** Ids are kept by blocks: a commit for each would cost more than the message. */
const BLOCK = 1000;

export class SentMarks {
  readonly #backend: Backend;
  readonly #report: (fault: Error) => void;
  readonly #reserved = new Map<string, number>();
  readonly #restored = new Map<string, Map<string, number>>();

  constructor(backend: Backend, report: (fault: Error) => void) {
    this.#backend = backend;
    this.#report = report;
  }

  /** The last id that each peer may have seen. */
  async load(network: string): Promise<ReadonlyMap<string, number>> {
    for (const { key, value } of await this.#backend.keys(`${PREFIX}${network}/`)) {
      const peer = key.slice(PREFIX.length);
      const { reserved, sent } = value as Mark;
      this.#reserved.set(peer, reserved);
      this.remember(peer, sent);
    }
    return this.#reserved;
  }

  /** Commands that were sent and are not acknowledged, while their peer is away. */
  remember(peer: string, sent: Mark["sent"]): void {
    this.#restored.set(peer, new Map(sent.map(([id, command]) => [command, id])));
  }

  /** The id that a command had on an earlier connection, once. */
  takeId(peer: string, command: string): number | undefined {
    const ids = this.#restored.get(peer);
    const id = ids?.get(command);
    ids?.delete(command);
    return id;
  }

  forget(peer: string): void {
    this.#restored.delete(peer);
    if (this.#reserved.delete(peer)) this.#backend.put(PREFIX + peer, null).catch(this.#report);
  }

  /** Puts down what is under way to a peer; resolves once it is kept, or cannot be. `isSame`: only ids have been used up. */
  async put(peer: string, lastId: number, sent: Mark["sent"], isSame: boolean): Promise<void> {
    const reserved = this.#reserved.get(peer) ?? 0;
    if (isSame && lastId + BLOCK / 2 <= reserved) return;
    const next = lastId + BLOCK / 2 <= reserved ? reserved : lastId + BLOCK;
    this.#reserved.set(peer, next);
    await this.#backend.put(PREFIX + peer, { reserved: next, sent }).catch(this.#report);
  }
}

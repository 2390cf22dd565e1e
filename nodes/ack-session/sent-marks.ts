/** Which ids a device's messages had on the wire, kept over a restart, so that a resend has its id and no id is used twice. */
import type { Backend } from "../../backends/backend.ts";

/** Value of `ack.<device>`. */
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

  /** The last id that each device may have seen. */
  async load(network: string): Promise<ReadonlyMap<string, number>> {
    for (const { key, value } of await this.#backend.keys(`${PREFIX}${network}/`)) {
      const device = key.slice(PREFIX.length);
      const { reserved, sent } = value as Mark;
      this.#reserved.set(device, reserved);
      this.#restored.set(device, new Map(sent.map(([id, command]) => [command, id])));
    }
    return this.#reserved;
  }

  /** Commands that were sent and are not acknowledged, while their device is away. */
  remember(device: string, sent: Mark["sent"]): void {
    this.#restored.set(device, new Map(sent.map(([id, command]) => [command, id])));
  }

  /** The id that a command had on an earlier connection, once. */
  takeId(device: string, command: string): number | undefined {
    const ids = this.#restored.get(device);
    const id = ids?.get(command);
    ids?.delete(command);
    return id;
  }

  /** Puts down what is under way to a device; resolves once it is kept, or cannot be. `isSame`: only ids have been used up. */
  async put(device: string, lastId: number, sent: Mark["sent"], isSame: boolean): Promise<void> {
    const reserved = this.#reserved.get(device) ?? 0;
    if (isSame && lastId + BLOCK / 2 <= reserved) return;
    const next = lastId + BLOCK / 2 <= reserved ? reserved : lastId + BLOCK;
    this.#reserved.set(device, next);
    await this.#backend.put(PREFIX + device, { reserved: next, sent }).catch(this.#report);
  }
}

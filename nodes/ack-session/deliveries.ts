/** Messages of devices on their way to the flow: safe first, then acknowledged and handed on, then confirmed. */
import type { Received } from "../../backends/inbox.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { Keeping } from "./keeping.ts";
import type { Names } from "./names.ts";
import type { Outputs } from "./outputs.ts";
import { Receipts } from "./receipts.ts";

/** Acknowledged, and not confirmed by a flow; beyond these no message is taken. */
const MAX_UNCONFIRMED = 100_000;

export class Deliveries {
  readonly #names: Names;
  readonly #outputs: Outputs;
  readonly #keeping: Keeping | null;
  readonly #receipts = new Receipts();

  constructor(names: Names, outputs: Outputs, keeping: Keeping | null) {
    this.#names = names;
    this.#outputs = outputs;
    this.#keeping = keeping;
  }

  get unconfirmed(): number {
    return this.#keeping?.inbox.held ?? 0;
  }

  get isFull(): boolean {
    return this.unconfirmed >= MAX_UNCONFIRMED;
  }

  /** `acknowledge` is called once the message is safe. An empty one is for nobody. */
  receive(received: Received, acknowledge: () => void): void {
    const isEmpty = Object.keys(received.fields).length === 0;
    if (isEmpty || !this.#keeping) {
      acknowledge();
      if (!isEmpty) this.handOn(received, false);
      return;
    }
    const safe = () => {
      acknowledge();
      this.handOn(received, false);
    };
    this.#keeping.inbox.receive(received).then(safe, (fault: Error) => this.#outputs.fault(fault));
  }

  handOn({ device, epoch, n, fields, time }: Received, redelivered: boolean): void {
    const id = `${device}/${epoch}/${n}`;
    if (this.#keeping) this.#receipts.add(id, { device, epoch, n });
    const { peer } = this.#names.named(this.#names.peerOf(device));
    this.#outputs.application({ device, payload: fields, id, time, peer, ...(redelivered && { redelivered }) });
  }

  /** The flow has a message, or one of its parts. */
  confirm(message: GatehouseMessage): void {
    const receipt = this.#receipts.take(message);
    if (receipt) this.#keeping?.inbox.confirm(receipt);
  }
}

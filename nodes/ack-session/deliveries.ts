/** Messages of devices on their way to the flow: safe first, then acknowledged and handed on, then confirmed. */
import type { Held, Received } from "../../backends/inbox.ts";
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

  /** `acknowledge` is called once the message is safe, `giveUp` where it cannot be. An empty one is for nobody. */
  receive(received: Received, acknowledge: () => void, giveUp: () => void): void {
    const isEmpty = Object.keys(received.fields).length === 0;
    if (isEmpty || !this.#keeping) {
      acknowledge();
      if (!isEmpty) this.#tell(received, false);
      return;
    }
    const safe = (held: Held) => {
      acknowledge();
      this.handOn(held, false);
    };
    this.#keeping.inbox.receive(received).then(safe, (fault: Error) => {
      giveUp();
      this.#outputs.unsafe(fault);
    });
  }

  /** Until the flow confirms it. */
  handOn(held: Held, redelivered: boolean): void {
    this.#receipts.add(idOf(held), held);
    this.#tell(held, redelivered);
  }

  #tell(received: Received, redelivered: boolean): void {
    const { device, fields, time } = received;
    const { peer } = this.#names.named(this.#names.peerOf(device));
    const message = { device, payload: fields, id: idOf(received), time, peer };
    this.#outputs.application(redelivered ? { ...message, redelivered } : message);
  }

  /** The flow has a message, or one of its parts. */
  confirm(message: GatehouseMessage): void {
    const held = this.#receipts.take(message);
    if (held) this.#keeping?.inbox.confirm(held);
  }
}

/** The same however often the device sends it. */
function idOf({ device, epoch, n }: Received): string {
  return `${device}/${epoch}/${n}`;
}

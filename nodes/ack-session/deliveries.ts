/** Messages of devices on their way to the flow: safe first, then acknowledged and handed on, then confirmed. */
import type { Held, Received } from "../../backends/inbox.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { Keeping } from "./keeping.ts";
import type { Names } from "./names.ts";
import type { Outputs } from "./outputs.ts";
import { Receipts } from "./receipts.ts";

/** Acknowledged, and not confirmed by a flow; beyond these no message is taken. */
const MAX_UNCONFIRMED = 100_000;

/** What the protocol does where a message is safe, or cannot be made safe. */
interface Answers {
  acknowledge(received: Received): void;
  giveUp(received: Received): void;
}

export class Deliveries {
  readonly #names: Names;
  readonly #outputs: Outputs;
  readonly #keeping: Keeping | null;
  readonly #answers: Answers;
  readonly #receipts = new Receipts();

  constructor(names: Names, outputs: Outputs, keeping: Keeping | null, answers: Answers) {
    this.#names = names;
    this.#outputs = outputs;
    this.#keeping = keeping;
    this.#answers = answers;
    if (keeping) keeping.listener = this;
  }

  get unconfirmed(): number {
    return this.#keeping?.inbox.held ?? 0;
  }

  get isFull(): boolean {
    return this.unconfirmed >= MAX_UNCONFIRMED;
  }

  /** Acknowledged once it is safe. An empty one is for nobody. */
  receive(received: Received): void {
    const isEmpty = isWithoutFields(received.fields);
    if (!isEmpty && this.#keeping) this.#keeping.inbox.receive(received);
    else this.#answers.acknowledge(received);
    if (!isEmpty && !this.#keeping) this.#tell(received, idOf(received), false);
  }

  safe(messages: readonly Held[]): void {
    for (const held of messages) this.#answers.acknowledge(held);
    for (const held of messages) this.handOn(held, false);
  }

  unsafe(messages: readonly Held[], fault: Error): void {
    for (const held of messages) {
      this.#answers.giveUp(held);
      this.#outputs.unsafe(fault);
    }
  }

  /** Until the flow confirms it. */
  handOn(held: Held, redelivered: boolean): void {
    const id = idOf(held);
    this.#receipts.add(id, held);
    this.#tell(held, id, redelivered);
  }

  #tell({ device: key, fields, time }: Received, id: string, redelivered: boolean): void {
    const peer = this.#names.peerAt(key);
    const said = peer.kind === "gateway" ? this.#toldBy(fields) : { device: key, payload: fields };
    const message = { ...said, id, time, peer };
    this.#outputs.application(redelivered ? { ...message, redelivered } : message);
  }

  /** A gateway names the device in each of its messages. */
  #toldBy({ dev_id: id, ...payload }: JsonObject): { readonly device: string; readonly payload: JsonObject } {
    return { device: this.#names.deviceOf(String(id)), payload };
  }

  /** The flow has a message, or one of its parts. */
  confirm(message: GatehouseMessage): void {
    const held = this.#receipts.take(message);
    if (held) this.#keeping?.inbox.confirm(held);
  }
}

function isWithoutFields(fields: JsonObject): boolean {
  for (const _ in fields) return false;
  return true;
}

/** The same however often the device sends it. */
function idOf({ device, epoch, n }: Received): string {
  return `${device}/${epoch}/${n}`;
}

/** The four outputs of an ack-session, and what it counts. */
import type { Node, NodeMessage } from "node-red";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { dropSamples, type Sample } from "../shared/metrics.ts";

type Message = Partial<GatehouseMessage>;

/** What of a dropped message is told again. */
const WHOSE: ReadonlySet<string> = new Set(["peer", "device", "_session"]);

export class Outputs {
  readonly counts = { received: 0, written: 0, dropped: {} as Record<string, number> };
  readonly #node: Node;
  readonly #mintId: () => string;
  #lastFault = "";

  constructor(node: Node, mintId: () => string) {
    this.#node = node;
    this.#mintId = mintId;
  }

  get dropped(): number {
    return Object.values(this.counts.dropped).reduce((sum, count) => sum + count, 0);
  }

  /** To `session-out`. */
  write(connection: string, payload: JsonObject): void {
    this.counts.written++;
    this.#send(0, { payload, _session: sessionOf(connection) });
  }

  close(connection: string): void {
    this.#send(0, { close: true, _session: sessionOf(connection) });
  }

  /** What peers say. */
  application(message: Message): void {
    this.#lastFault = "";
    this.counts.received++;
    this.#send(1, message);
  }

  event(type: string, message: Message): void {
    this.#send(2, { ...message, type });
  }

  /** What became of a command: for the `node-store` that waits for it. */
  outcome(message: Message): void {
    this.#send(3, message);
  }

  drop(reason: string, message: Message): void {
    this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + 1;
    const whose = Object.entries(message).filter(([name]) => WHOSE.has(name));
    this.event("dropped", { ...Object.fromEntries(whose), payload: { reason } });
  }

  /** A message that the store does not take: told once, until it takes one again. */
  unsafe(fault: Error): void {
    this.counts.dropped.unsafe = (this.counts.dropped.unsafe ?? 0) + 1;
    if (this.#lastFault !== fault.message) this.fault(fault);
    this.#lastFault = fault.message;
  }

  fault(fault: Error): void {
    this.#node.error(fault.message);
  }

  *samples(where: string): Iterable<Sample> {
    yield { name: "gatehouse_ack_received_total", labels: { where }, value: this.counts.received };
    yield { name: "gatehouse_ack_written_total", labels: { where }, value: this.counts.written };
    yield* dropSamples(where, this.counts.dropped);
  }

  #send(output: number, message: Message): void {
    const messages: (NodeMessage | null)[] = [null, null, null, null];
    message._msgid ??= this.#mintId();
    messages[output] = message as NodeMessage;
    this.#node.send(messages);
  }
}

function sessionOf(id: string) {
  return { type: "session", id };
}

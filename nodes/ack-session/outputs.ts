/** The outputs of an ack-session, and what it counts. */
import type { Node, NodeMessage } from "node-red";
import type { PeerName } from "../../lib/ack/server-events.ts";
import { copyJson } from "../../lib/json/copy.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import { Gatherer } from "../shared/gatherer.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { asOne } from "../shared/message-list.ts";
import { dropSamples, type Sample } from "../shared/metrics.ts";

type Message = Partial<GatehouseMessage>;

const WIRE = 0;
const APPLICATION = 1;
const EVENTS = 2;
const OUTCOMES = 3;
const COPIES = 4;

/** Dropped in one go, of one peer for one reason. */
interface Drops {
  readonly reason: string;
  readonly whose: Message;
  count: number;
}

export class Outputs {
  readonly counts = {
    /** By the kind of who said it. */
    received: { device: 0, gateway: 0, browser: 0, hub: 0 } as Record<string, number>,
    written: 0,
    dropped: {} as Record<string, number>,
  };
  readonly #node: Node;
  readonly #mintId: () => string;
  /** What goes on in one go, by output; null where each message goes by itself. */
  readonly #lists: ReadonlyMap<number, Gatherer<GatehouseMessage>> | null;
  readonly #drops = new Gatherer<Drops>((drops) => this.#tell(drops));
  #lastDrops: Drops | null = null;
  #lastFault = "";

  constructor(node: Node, mintId: () => string, isListing: boolean) {
    this.#node = node;
    this.#mintId = mintId;
    const listOf = (output: number) =>
      new Gatherer<GatehouseMessage>((messages) => this.#hand(output, asOne(messages, mintId)));
    this.#lists = isListing ? new Map([WIRE, APPLICATION, COPIES].map((output) => [output, listOf(output)])) : null;
  }

  get dropped(): number {
    return Object.values(this.counts.dropped).reduce((sum, count) => sum + count, 0);
  }

  /** To `session-out`. */
  write(connection: string, payload: JsonObject): void {
    this.counts.written++;
    this.#gather(WIRE, { payload, _session: sessionOf(connection) });
  }

  close(connection: string): void {
    this.#send(WIRE, { close: true, _session: sessionOf(connection) });
  }

  /** What peers say. */
  application(message: Message): void {
    this.#lastFault = "";
    const { kind } = message.peer as PeerName;
    this.counts.received[kind] = (this.counts.received[kind] ?? 0) + 1;
    // First: whoever gets the message may change it.
    if (message.device !== undefined && this.#isWired(COPIES)) {
      this.#gather(COPIES, { ...message, payload: copyJson(message.payload) });
    }
    this.#gather(APPLICATION, message);
  }

  /** A second wire at an output would get a copy by the runtime, which costs ten times as much. */
  #isWired(output: number): boolean {
    const { wires } = this.#node as Node & { readonly wires?: readonly (readonly string[])[] };
    return (wires?.[output]?.length ?? 0) > 0;
  }

  event(type: string, message: Message): void {
    this.#send(EVENTS, { ...message, type });
  }

  /** What became of a command: for the `node-store` that waits for it. */
  outcome(message: Message): void {
    this.#send(OUTCOMES, message);
  }

  /** What is dropped in one go of one peer for one reason is told once. */
  drop(reason: string, { peer, device, _session }: Message): void {
    this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + 1;
    const whose: Message = {
      ...(peer !== undefined && { peer }),
      ...(device !== undefined && { device }),
      ...(_session !== undefined && { _session }),
    };
    const last = this.#lastDrops;
    if (last?.reason === reason && isSame(last.whose, whose)) {
      last.count++;
      return;
    }
    this.#lastDrops = { reason, whose, count: 1 };
    this.#drops.add(this.#lastDrops);
  }

  #tell(drops: readonly Drops[]): void {
    this.#lastDrops = null;
    for (const { reason, whose, count } of drops) {
      this.#hand(EVENTS, { ...whose, type: "dropped", payload: count === 1 ? { reason } : { reason, count } });
    }
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

  *samples(where: string, network: string): Iterable<Sample> {
    for (const [from, value] of Object.entries(this.counts.received)) {
      yield { name: "gatehouse_ack_received_total", labels: { where, network, from }, value };
    }
    yield { name: "gatehouse_ack_written_total", labels: { where, network }, value: this.counts.written };
    yield* dropSamples(where, this.counts.dropped);
  }

  #gather(output: number, message: Message): void {
    const list = this.#lists?.get(output);
    if (list) list.add(message as GatehouseMessage);
    else this.#send(output, message);
  }

  /** Behind all that came before it. */
  #send(output: number, message: Message): void {
    this.#drops.flush();
    for (const list of this.#lists?.values() ?? []) list.flush();
    this.#hand(output, message);
  }

  #hand(output: number, message: Message): void {
    const messages: (NodeMessage | null)[] = [null, null, null, null, null];
    message._msgid ??= this.#mintId();
    messages[output] = message as NodeMessage;
    this.#node.send(messages);
  }
}

function isSame(a: Message, b: Message): boolean {
  const [one, other] = [a.peer, b.peer] as (PeerName | undefined)[];
  return (
    one?.kind === other?.kind && one?.id === other?.id && a.device === b.device && a._session?.id === b._session?.id
  );
}

function sessionOf(id: string) {
  return { type: "session", id };
}

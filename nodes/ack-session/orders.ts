/** Commands for peers: sent while a device is here, or at a gateway that is, else left in its outbox, and answered with their outcome. */
import { wireName } from "../../lib/ack/identity.ts";
import type { AckServer, PeerName, ServerEvent } from "../../lib/ack/server.ts";
import { now } from "../shared/drive.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { type CommandMessage, type CommandRef, fieldsOf, monotonic, outcomeMessage, refOf } from "./commands.ts";
import type { Keeping } from "./keeping.ts";
import type { Names } from "./names.ts";

type Ref = CommandRef | null;

interface OrderOutput {
  run(events: readonly ServerEvent<Ref>[]): void;
  outcome(message: Partial<GatehouseMessage>): void;
  /** The gateway that holds a device. */
  holderOf(device: string): string | undefined;
}

export class Orders {
  readonly #core: AckServer<Ref>;
  readonly #names: Names;
  readonly #keeping: Keeping | null;
  readonly #output: OrderOutput;
  /** Ids of devices whose commands are being fetched. */
  readonly #arriving = new Set<string>();
  /** Commands that the core has. */
  readonly #held = new Set<string>();

  constructor(core: AckServer<Ref>, names: Names, keeping: Keeping | null, output: OrderOutput) {
    this.#core = core;
    this.#names = names;
    this.#keeping = keeping;
    this.#output = output;
  }

  /** A device that is away, or at another node, finds its command in the outbox when it comes. */
  send(peer: PeerName, message: CommandMessage): void {
    const isKept = this.#keeping !== null && refOf(message) !== null;
    const isHere = this.#core.isConnected(peer) || this.#arriving.has(peer.id);
    const gateway = isKept && !isHere ? this.#output.holderOf(peer.id) : undefined;
    if (gateway !== undefined) this.#enqueue({ kind: "gateway", id: gateway }, message);
    else if (!isKept || isHere) this.#enqueue(peer, message);
  }

  /** What waits for a device that a gateway holds. */
  async came(id: string, gateway: string): Promise<void> {
    const commands = (await this.#keeping?.pending(this.#names.deviceOf(id))) ?? [];
    for (const command of commands)
      if (this.#output.holderOf(id) === gateway) this.send({ kind: "device", id }, command);
  }

  /** What waits for a device that is about to come; what is sent meanwhile follows. */
  async fetch(id: string): Promise<void> {
    const peer: PeerName = { kind: "device", id };
    if (!this.#keeping || this.#core.isConnected(peer)) return;
    this.#arriving.add(id);
    for (const command of await this.#keeping.pending(this.#names.deviceOf(id))) this.#enqueue(peer, command);
  }

  /** It is here, or has gone before it was answered. */
  arrived(id: string): void {
    const peer: PeerName = { kind: "device", id };
    if (this.#arriving.delete(id) && !this.#core.isConnected(peer)) this.withdraw(peer);
  }

  settle(peer: PeerName, ref: Ref, error?: string): void {
    if (!ref) return;
    this.#held.delete(keyOf(ref));
    this.#output.outcome(outcomeMessage(ref, error));
    void this.mark(peer, false);
  }

  /** What a device that has gone did not acknowledge stays in the store: it may come back to another node. */
  withdraw(peer: PeerName): void {
    const { sent, waiting } = this.#core.withdraw(peer);
    for (const { ref } of [...sent, ...waiting]) if (ref) this.#held.delete(keyOf(ref));
    this.#keeping?.marks.remember(this.#names.deviceOf(peer.id), idsOf(sent));
  }

  /** `isSame`: only ids have been used up. */
  async mark(peer: PeerName, isSame: boolean): Promise<void> {
    const outbox = peer.kind === "device" ? this.#core.stateOf(peer)?.outbox : undefined;
    if (!outbox || !this.#keeping) return;
    await this.#keeping.marks.put(this.#names.deviceOf(peer.id), outbox.lastId, idsOf(outbox.sent), isSame);
  }

  #enqueue(peer: PeerName, message: CommandMessage): void {
    const ref = refOf(message);
    if (ref && this.#held.has(keyOf(ref))) return;
    if (ref) this.#held.add(keyOf(ref));
    const name = ref && peer.kind === "gateway" ? { dev_id: wireName(this.#names.idOf(ref.device)) } : {};
    const outgoing = { fields: { ...name, ...fieldsOf(message) }, ref, deadline: monotonic(message.deadline) };
    const id = ref && peer.kind === "device" ? this.#keeping?.marks.takeId(ref.device, ref.id) : undefined;
    const events =
      id === undefined
        ? this.#core.send(peer, outgoing, now())
        : this.#core.sendAgain(peer, { ...outgoing, id }, now());
    // What is on the wire before its id is kept would have another one after a crash.
    if (ref && this.#keeping) void this.mark(peer, false).then(() => this.#output.run(events));
    else this.#output.run(events);
  }
}

function idsOf(sent: readonly { readonly id: number; readonly ref: Ref }[]): (readonly [number, string])[] {
  return sent.flatMap(({ id, ref }) => (ref ? [[id, ref.id] as const] : []));
}

function keyOf({ device, id }: CommandRef): string {
  return `${device} ${id}`;
}

/** Commands for peers: sent while a device is here, or at a gateway that is, else left in its outbox, and answered with their outcome. */
import { wireName } from "../../lib/ack/identity.ts";
import type { AckServer, PeerName, ServerEvent } from "../../lib/ack/server.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
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
    if (this.#arriving.delete(id) && !this.#core.isConnected(peer)) this.#withdraw(peer);
  }

  settle(peer: PeerName, ref: Ref, error?: string): void {
    if (!ref) return;
    this.#held.delete(keyOf(ref));
    this.#output.outcome(outcomeMessage(ref, error));
    void this.#mark(peer, false);
  }

  /** A device that is forgotten may come yet, and its marks are kept; a gateway will have another name. */
  changed(type: ServerEvent<Ref>["type"], peer: PeerName): void {
    if (type === "identified") void this.#mark(peer, true);
    if (type === "disconnected") this.#withdraw(peer);
    if (type === "forgotten" && peer.kind === "gateway") this.#keeping?.marks.forget(this.#names.keyOf(peer));
  }

  /** What a peer that has gone did not acknowledge stays in the store: its device may come to another node, or gateway. */
  #withdraw(peer: PeerName): void {
    if (!this.#keeping || peer.kind === "browser") return;
    const { sent, waiting } = this.#core.withdraw(peer, (ref) => ref !== null);
    for (const { ref } of [...sent, ...waiting]) if (ref) this.#held.delete(keyOf(ref));
    this.#keeping.marks.remember(this.#names.keyOf(peer), idsOf(sent));
  }

  /** `isSame`: only ids have been used up. */
  async #mark(peer: PeerName, isSame: boolean): Promise<void> {
    if (peer.kind === "browser" || !this.#keeping) return;
    const outbox = this.#core.stateOf(peer)?.outbox;
    if (outbox) await this.#keeping.marks.put(this.#names.keyOf(peer), outbox.lastId, idsOf(outbox.sent), isSame);
  }

  #enqueue(peer: PeerName, message: CommandMessage): void {
    const ref = refOf(message);
    if (ref && this.#held.has(keyOf(ref))) return;
    const fields = this.#fieldsOf(message, ref);
    if (fields === null) return;
    if (ref) this.#held.add(keyOf(ref));
    const name = ref && peer.kind === "gateway" ? { dev_id: wireName(this.#names.idOf(ref.device)) } : {};
    const outgoing = { fields: { ...name, ...fields }, ref, deadline: monotonic(message.deadline) };
    const id = ref ? this.#keeping?.marks.takeId(this.#names.keyOf(peer), ref.id) : undefined;
    const events =
      id === undefined
        ? this.#core.send(peer, outgoing, now())
        : this.#core.sendAgain(peer, { ...outgoing, id }, now());
    // What is on the wire before its id is kept would have another one after a crash.
    if (ref && this.#keeping) void this.#mark(peer, false).then(() => this.#output.run(events));
    else this.#output.run(events);
    if (!ref) void this.#mark(peer, true);
  }

  /** Null where the wire has no words for it: that is its outcome, and what waits behind it goes on. */
  #fieldsOf(message: CommandMessage, ref: Ref): JsonObject | null {
    try {
      return fieldsOf(message);
    } catch (error) {
      if (!ref) throw error;
      this.#output.outcome(outcomeMessage(ref, (error as Error).message));
      return null;
    }
  }
}

function idsOf(sent: readonly { readonly id: number; readonly ref: Ref }[]): (readonly [number, string])[] {
  return sent.flatMap(({ id, ref }) => (ref ? [[id, ref.id] as const] : []));
}

function keyOf({ device, id }: CommandRef): string {
  return `${device} ${id}`;
}

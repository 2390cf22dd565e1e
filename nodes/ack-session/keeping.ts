/** What an ack-session keeps in the store: what came in and is not yet the flow's, ids on the wire, and who is connected. */
import type { Backend } from "../../backends/backend.ts";
import { type Held, Inbox, type InboxListener } from "../../backends/inbox.ts";
import type { PeerState } from "../../lib/ack/peer.ts";
import { commandIn, isExpired, type OutboxCommand, outboxOf } from "../../lib/commands/command.ts";
import { type DeviceLink, LINK_PREFIX } from "../../lib/store/device-keys.ts";
import type { CommandRef } from "./commands.ts";
import { SentMarks } from "./sent-marks.ts";

/** A device or gateway as it was before a restart. */
interface KeptPeer {
  readonly key: string;
  readonly state: PeerState<CommandRef | null>;
}

export interface Kept {
  readonly peers: readonly KeptPeer[];
  /** Acknowledged, and not known to be the flow's: to be handed on again, before anything new. */
  readonly unconfirmed: readonly Held[];
}

export class Keeping {
  readonly inbox: Inbox;
  readonly marks: SentMarks;
  readonly #backend: Backend;
  readonly #network: string;
  readonly #report: (fault: Error) => void;

  /** Hears of messages in the inbox. */
  listener: InboxListener = { safe: () => {}, unsafe: () => {} };

  /** `name` is that of the node, the same over restarts. */
  constructor(backend: Backend, network: string, name: string, report: (fault: Error) => void) {
    this.#backend = backend;
    this.#network = network;
    this.#report = report;
    const listener: InboxListener = {
      safe: (messages) => this.listener.safe(messages),
      unsafe: (messages, fault) => this.listener.unsafe(messages, fault),
    };
    this.inbox = new Inbox(backend, name, listener, report);
    this.marks = new SentMarks(backend, report);
  }

  async load(): Promise<Kept> {
    const [{ places, unconfirmed }, lastIds] = await Promise.all([this.inbox.load(), this.marks.load(this.#network)]);
    await this.#disconnectAll();
    const peers = [...new Set([...places.keys(), ...lastIds.keys()])].map((key) => {
      const { epoch, n } = places.get(key) ?? { epoch: 0, n: 0 };
      const outbox = { lastId: lastIds.get(key) ?? 0, sent: [] };
      return { key, state: { epoch, seen: { low: n, above: [] }, outbox } };
    });
    return { peers, unconfirmed };
  }

  /** The commands that wait for a device, in their order. */
  async pending(device: string): Promise<OutboxCommand[]> {
    const { epoch } = this.#backend;
    const { signal } = new AbortController();
    const all = { after: `${epoch}-0`, upTo: this.#backend.head(), signal, onGap: () => {} };
    const commands: OutboxCommand[] = [];
    for await (const entry of this.#backend.read([outboxOf(device)], all)) {
      const command = commandIn(entry);
      if (command && !isExpired(command, Date.now())) commands.push(command);
    }
    return commands;
  }

  /** For the device list. */
  link(device: string, link: DeviceLink): void {
    this.#backend.put(LINK_PREFIX + device, link).catch(this.#report);
  }

  /** Nobody is connected to a process that has just begun. */
  async #disconnectAll(): Promise<void> {
    const links = await this.#backend.keys(`${LINK_PREFIX}${this.#network}/`);
    const open = links.filter(({ value }) => (value as DeviceLink).connected);
    await Promise.all(
      open.map(({ key, value }) => this.#backend.put(key, { ...(value as DeviceLink), connected: false })),
    );
  }
}

/** Hands out the commands in the outboxes of some networks, each in its turn, until their outcomes are known. */
import {
  commandIn,
  isExpired,
  type OutboxCommand,
  outboxFilter,
  outboxOf,
  outcomeOf,
} from "../lib/commands/command.ts";
import { parseCursor, sequenceOf } from "../lib/store/cursor.ts";
import { networkOf } from "../lib/store/topic.ts";
import type { Backend, Entry } from "./backend.ts";
import { Outboxes } from "./outboxes.ts";

export interface CommandSink {
  /** `redelivered`: it may have been handed out before. */
  command(command: OutboxCommand, redelivered: boolean): void;
  /** Its deadline passed, before it could be handed out or without a word of what became of it. */
  expired(command: OutboxCommand): void;
  /** Something was not kept, and may come again unmarked. */
  unsaved(fault: Error): void;
}

/** Commands that are being marked at a time. */
const MAX_MARKING = 64;
const SWEEP_MS = 5000;
/** Later than their origins call them expired, who know of them unless they are gone. */
const GRACE_MS = 5000;

export class CommandFeed {
  readonly #backend: Backend;
  readonly #outboxes: Outboxes;
  readonly #filters: readonly string[];
  readonly #networks: readonly string[];
  readonly #sink: CommandSink;
  /** By network: the newest sequence that was handed out before this feed began. */
  readonly #marks = new Map<string, number>();
  #tail: Promise<void> = Promise.resolve();
  #marking = 0;

  constructor(backend: Backend, networks: readonly string[], sink: CommandSink) {
    this.#backend = backend;
    this.#outboxes = Outboxes.of(backend);
    this.#networks = networks;
    this.#filters = networks.map(outboxFilter);
    this.#sink = sink;
  }

  /** Begins with all that the outboxes hold. Resolves when aborted; rejects with the store's fault. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#loadMarks();
    const sweep = setInterval(() => this.#sweep().catch((fault: Error) => this.#sink.unsaved(fault)), SWEEP_MS);
    try {
      const everything = { after: `${this.#backend.epoch}-0`, signal, onGap: () => {} };
      for await (const entry of this.#backend.read(this.#filters, everything)) {
        const command = commandIn(entry);
        if (signal.aborted) return;
        if (command) await this.#take(command, signal);
        else await this.#discard(entry);
      }
    } finally {
      clearInterval(sweep);
    }
  }

  async #loadMarks(): Promise<void> {
    for (const network of this.#networks) {
      const mark = await this.#backend.get(markKey(network));
      const position = typeof mark === "string" ? parseCursor(mark) : null;
      if (position?.epoch === this.#backend.epoch) this.#marks.set(network, position.sequence);
    }
  }

  async #discard(entry: Entry): Promise<void> {
    this.#sink.unsaved(new Error(`"${entry.topic}" held something that is no command`));
    await this.#outboxes.release(entry);
  }

  /** They are marked together and handed out one after another. */
  async #take(command: OutboxCommand, signal: AbortSignal): Promise<void> {
    this.#tail = this.#hand(command, this.#wasHandedOut(command), this.#tail, signal);
    if (++this.#marking >= MAX_MARKING) await this.#tail;
  }

  async #hand(command: OutboxCommand, redelivered: boolean, earlier: Promise<void>, signal: AbortSignal) {
    try {
      const isDue = await this.#isDue(command, redelivered);
      await earlier;
      if (!isDue || signal.aborted) return;
      if (isExpired(command, Date.now())) await this.#expire(command);
      else this.#sink.command(command, redelivered);
    } catch (fault) {
      this.#sink.unsaved(fault as Error);
    } finally {
      this.#marking--;
    }
  }

  async #isDue(command: OutboxCommand, redelivered: boolean): Promise<boolean> {
    if (redelivered && (await this.#outboxes.outcome(command))) {
      // A crash came between its outcome and the end of its place in the outbox.
      await this.#outboxes.release({ topic: outboxOf(command.device), cursor: command.cursor });
      return false;
    }
    if (isExpired(command, Date.now())) {
      await this.#expire(command);
      return false;
    }
    if (!redelivered) await this.#mark(command);
    return true;
  }

  #wasHandedOut({ device, cursor }: OutboxCommand): boolean {
    return sequenceOf(cursor) <= (this.#marks.get(networkOf(device)) ?? 0);
  }

  /** Before it is handed out: what a crash cuts short is then known to have been under way. */
  async #mark({ device, cursor }: OutboxCommand): Promise<void> {
    await this.#backend.put(markKey(networkOf(device)), cursor).catch((fault: Error) => this.#sink.unsaved(fault));
  }

  async #expire(command: OutboxCommand): Promise<void> {
    await this.#outboxes.settle(command, outcomeOf(command.id, "expired"));
    this.#sink.expired(command);
  }

  /** Those whose outcome nobody told and whose origin is gone. */
  async #sweep(): Promise<void> {
    for await (const command of this.#outboxes.held(this.#filters)) {
      if (isExpired(command, Date.now() - GRACE_MS)) await this.#expire(command);
    }
  }
}

/** A network has one gateway, whichever node of it hands out its commands. */
function markKey(network: string): string {
  return `handed.${network}`;
}

/** The outboxes of a store: a command waits there for its device until what became of it is known. */
import {
  type Command,
  commandIn,
  type OutboxCommand,
  type Outcome,
  type OutcomeState,
  outboxOf,
  outcomeKey,
  outcomeOf,
  toReading,
} from "../lib/commands/command.ts";
import { parseCursor, sequenceOf } from "../lib/store/cursor.ts";
import type { Backend, Entry } from "./backend.ts";

/** An outcome is kept so long for an origin that is away for a moment, and so that its command is not handed out again. */
const OUTCOME_TTL_MS = 60_000;

/** A command and where it stands; null where it never came to stand in an outbox. */
export type Sent = Pick<Command, "device" | "id" | "origin"> & { readonly cursor: string | null };

/** An outcome as it stands in its key. */
interface Kept extends Pick<Sent, "device" | "cursor"> {
  readonly state: OutcomeState;
  readonly detail?: string | undefined;
}

const known = new WeakMap<Backend, Outboxes>();

export class Outboxes {
  readonly #backend: Backend;
  /** By outbox: sequences of commands that are settled, while one before them is not. */
  readonly #settled = new Map<string, Set<number>>();

  private constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** One for each backend, so that all who settle commands of an outbox know of each other. */
  static of(backend: Backend): Outboxes {
    const outboxes = known.get(backend) ?? new Outboxes(backend);
    known.set(backend, outboxes);
    return outboxes;
  }

  /** Resolves to its cursor once it is committed. */
  append(command: Command, now: number): Promise<string> {
    return this.#backend.append(outboxOf(command.device), toReading(command, now));
  }

  /** All that the outboxes hold which the filters select. */
  async *held(filters: readonly string[]): AsyncIterable<OutboxCommand> {
    for await (const entry of this.#backend.read(filters, this.#all())) {
      const command = commandIn(entry);
      if (command) yield command;
    }
  }

  #all() {
    const { epoch } = this.#backend;
    const signal = new AbortController().signal;
    return { after: `${epoch}-0`, upTo: this.#backend.head(), signal, onGap: () => {} };
  }

  /**
   * Puts the outcome where the command's origin finds it, unless there is one; then the outbox lets go of the command.
   * Resolves to the outcome that stands.
   */
  async settle(sent: Sent, outcome: Outcome): Promise<Outcome> {
    const { device, id, origin, cursor } = sent;
    const standing = await this.outcome(sent);
    if (!standing) {
      const value: Kept = { device, cursor, state: outcome.state, detail: outcome.detail };
      await this.#backend.put(outcomeKey(origin, id), value, { ttlMs: OUTCOME_TTL_MS });
    }
    if (cursor !== null) await this.release({ topic: outboxOf(device), cursor });
    return standing ?? outcome;
  }

  /** Null while none stands. One of an earlier command that had the same id is none. */
  async outcome({ id, origin, cursor }: Sent): Promise<Outcome | null> {
    const kept = (await this.#backend.get(outcomeKey(origin, id))) as Kept | null;
    return kept && kept.cursor === cursor ? outcomeOf(id, kept.state, kept.detail) : null;
  }

  /** Outcomes of an origin's commands as they are put, those that stand first. */
  async *outcomes(origin: string, signal: AbortSignal): AsyncIterable<Outcome & Pick<Sent, "cursor">> {
    const prefix = outcomeKey(origin);
    for await (const { key, value } of this.#backend.watch(prefix, { signal })) {
      if (value === null) continue;
      const { state, detail, cursor } = value as Kept;
      yield { ...outcomeOf(key.slice(prefix.length), state, detail), cursor };
    }
  }

  /** A trim takes all that stands before it as well: it waits for those of them that are not settled. */
  async release({ topic, cursor }: Pick<Entry, "topic" | "cursor">): Promise<void> {
    const position = parseCursor(cursor);
    if (position?.epoch === this.#backend.epoch) await this.#release(topic, position.sequence);
  }

  async #release(topic: string, sequence: number): Promise<void> {
    const settled = this.#settled.get(topic) ?? new Set();
    this.#settled.set(topic, settled.add(sequence));
    let last: string | null = null;
    let first = Number.POSITIVE_INFINITY;
    for await (const { cursor } of this.#backend.read([topic], this.#all())) {
      const held = sequenceOf(cursor);
      if (!settled.has(held)) {
        first = held;
        break;
      }
      last = cursor;
    }
    if (last !== null) await this.#backend.trim(topic, last);
    for (const one of settled) if (one < first) settled.delete(one);
    if (settled.size === 0 && this.#settled.get(topic) === settled) this.#settled.delete(topic);
  }
}

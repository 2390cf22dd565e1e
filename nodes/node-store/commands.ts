/** The commands of one node-store: each goes into its device's outbox, and its sender hears what became of it. */
import { randomBytes, randomUUID } from "node:crypto";
import { type Backend, BackendError } from "../../backends/backend.ts";
import { KnownCommands } from "../../backends/known-commands.ts";
import { Outboxes } from "../../backends/outboxes.ts";
import type { Input, StoreMessage } from "../../backends/store-messages.ts";
import {
  type Command,
  isExpired,
  type Outcome,
  type OutcomeState,
  outcomeOf,
  readCommand,
} from "../../lib/commands/command.ts";
import { knownFrom } from "../../lib/commands/known.ts";
import { CommandRefused, MAX_PENDING, type Pending, PendingCommands } from "../../lib/commands/pending.ts";
import { isId, quote } from "../../lib/store/ids.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { dropSamples, type Sample } from "../shared/metrics.ts";
import type { Parked } from "./parked-commands.ts";
import { settle } from "./settle.ts";

export interface OutcomeMessage {
  readonly type: "outcome";
  readonly id: string;
  readonly device: string;
  readonly payload: Outcome;
  readonly _session: unknown;
}

/** So long after its deadline a command that nobody answered is called expired. */
const GRACE_MS = 2000;
/** A command without a deadline, or with a late one, is watched for so long. */
const MAX_WATCH_MS = 86_400_000;

const ACTIONS: ReadonlySet<unknown> = new Set(["command", "delivered", "failed"]);

export class StoreCommands {
  /** in = pending + told + dropped */
  readonly counts = {
    in: 0,
    told: { delivered: 0, failed: 0, expired: 0 } satisfies Record<OutcomeState, number>,
    dropped: {} as Record<string, number>,
  };
  readonly #origin: string;
  readonly #pending: PendingCommands;
  readonly #tell: (message: OutcomeMessage) => void;
  readonly #driver: Driver<Pending>;
  readonly #known = new KnownCommands();
  #backend: Backend | null = null;

  /** The origin is new with each process: nobody else watches its outcomes. */
  constructor(tell: (message: OutcomeMessage) => void, parked: Parked | null) {
    this.#tell = tell;
    this.#origin = parked?.origin ?? randomBytes(8).toString("hex");
    this.#pending = parked?.pending ?? new PendingCommands();
    this.counts.in = this.#pending.size;
    this.#driver = drive(this.#pending, (overdue) => this.#expire(overdue));
  }

  get pending(): number {
    return this.#pending.size;
  }

  has({ action }: StoreMessage): boolean {
    return ACTIONS.has(action);
  }

  perform(backend: Backend, { message, done }: Input): void {
    const act = message.action === "command" ? this.#send(backend, message) : settle(backend, message);
    act.then(
      () => done(),
      (error: Error) => done(error),
    );
  }

  /** One that never came to a store. */
  refuse({ message, done }: Input, error: Error): void {
    if (message.action === "command") {
      this.counts.in++;
      this.#refuse(message, error);
    }
    done(error);
  }

  async #send(backend: Backend, message: StoreMessage): Promise<void> {
    this.counts.in++;
    try {
      const command = readCommand(message, this.#origin, randomUUID);
      const pending = this.#admit(command, message._session);
      await this.#append(backend, command, pending);
    } catch (error) {
      this.#refuse(message, error as Error);
      throw error;
    }
  }

  /** Throws where it cannot be told from another one, or too many wait. */
  #admit({ id, device, type, payload, deadline }: Command, session: unknown): Pending {
    if (this.#pending.get(id)) throw new CommandRefused("duplicate", `a command with "id" ${quote(id)} is pending`);
    if (this.#pending.isFull) throw new CommandRefused("full", `queue full: ${MAX_PENDING} commands wait`);
    const due = { cursor: null, deadline: deadline ?? null };
    const pending: Pending = { id, device, type, known: knownFrom(payload), session, ...due };
    const watchMs = deadline === undefined ? MAX_WATCH_MS : Math.min(deadline - Date.now() + GRACE_MS, MAX_WATCH_MS);
    this.#pending.add(pending, now() + watchMs);
    this.#driver.run([]);
    return pending;
  }

  async #append(backend: Backend, command: Command, pending: Pending): Promise<void> {
    const time = Date.now();
    if (isExpired(command, time)) return this.#conclude(outcomeOf(command.id, "expired"));
    try {
      pending.cursor = await Outboxes.of(backend).append(command, time);
    } catch (error) {
      this.#pending.take(command.id);
      throw error;
    }
  }

  /** Who names a command hears that it failed; a repetition must not end the wait for the first one. */
  #refuse({ id, device, _session }: StoreMessage, error: Error): void {
    const reason = error instanceof CommandRefused || error instanceof BackendError ? error.code : "invalid";
    this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + 1;
    if (reason === "duplicate" || !isId(id)) return;
    this.#tell({
      type: "outcome",
      id,
      device: String(device),
      payload: outcomeOf(id, "failed", error.message),
      _session,
    });
  }

  /** Tells the sender, once. */
  #conclude(outcome: Outcome): void {
    const pending = this.#pending.take(outcome.id);
    if (!pending) return;
    const { id, device, type, known, session: _session } = pending;
    this.counts.told[outcome.state]++;
    if (outcome.state === "delivered" && known) void this.#known.learn(this.#backend!, device, type, known);
    this.#tell({ type: "outcome", id, device, payload: outcome, _session });
  }

  /** Nobody answered in time. The gateway may be doing so right now: whichever outcome stands first is told. */
  #expire({ id, device, cursor, deadline }: Pending): void {
    if (deadline === null || deadline > Date.now()) {
      this.#forget(id);
      return;
    }
    const outcome = outcomeOf(id, "expired", "nobody said what became of it");
    const sent = { id, device, cursor, origin: this.#origin };
    const settled = this.#backend ? Outboxes.of(this.#backend).settle(sent, outcome) : Promise.resolve(outcome);
    settled.then(
      (standing) => this.#conclude(standing),
      () => this.#conclude(outcome),
    );
  }

  #forget(id: string): void {
    this.#pending.take(id);
    this.counts.dropped.unanswered = (this.counts.dropped.unanswered ?? 0) + 1;
  }

  /** Hears the outcomes of this origin, also those that were put while it was away. Resolves when aborted. */
  async follow(backend: Backend, signal: AbortSignal): Promise<void> {
    this.#backend = backend;
    for await (const { cursor, ...outcome } of Outboxes.of(backend).outcomes(this.#origin, signal)) {
      const awaited = this.#pending.get(outcome.id)?.cursor ?? cursor;
      if (awaited === cursor) this.#conclude(outcome);
    }
  }

  /** For the next instance. */
  park(): Parked {
    return { origin: this.#origin, pending: this.#pending };
  }

  stop(): void {
    this.#driver.stop();
  }

  /** Nothing of a store that was never sent a command: most are not. */
  *samples(where: string): Iterable<Sample> {
    if (this.counts.in === 0) return;
    const labels = { where };
    yield { name: "gatehouse_commands_in_total", labels, value: this.counts.in };
    yield { name: "gatehouse_commands_pending", labels, value: this.pending };
    for (const [state, value] of Object.entries(this.counts.told)) {
      yield { name: "gatehouse_command_outcomes_total", labels: { where, state }, value };
    }
    yield* dropSamples(`${where}:commands`, this.counts.dropped);
    yield* dropSamples(`${where}:known-commands`, this.#known.dropped);
  }
}

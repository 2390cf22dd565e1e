/** Commands on their way down: what a message must have to be one, and how it waits in its device's outbox. */
import { checkDevice, checkType, isGiven, isId, quote } from "../store/ids.ts";
import type { Entry, Reading } from "../store/reading.ts";

export interface Command {
  readonly device: string;
  readonly type: string;
  /** Null where the command has none. */
  readonly payload: unknown;
  readonly id: string;
  /** Milliseconds since 1970 after which it must not be delivered; absent where it may always be. */
  readonly deadline?: number;
  readonly user?: string;
  /** Who is told what became of it: the outcome is put where this one watches. */
  readonly origin: string;
}

/** A command as its outbox holds it. */
export interface OutboxCommand extends Command {
  readonly cursor: string;
}

/** `delivered`: acknowledged, or written to the wire where the protocol has no ack. */
export type OutcomeState = "delivered" | "failed" | "expired";

export interface Outcome {
  readonly id: string;
  readonly state: OutcomeState;
  /** Why, for a person. */
  readonly detail?: string;
}

export interface CommandMessage {
  readonly device?: unknown;
  readonly type?: unknown;
  readonly payload?: unknown;
  readonly id?: unknown;
  readonly deadline?: unknown;
  readonly user?: unknown;
}

/** Topics of outboxes begin with it: `$out/<device>`. */
const OUTBOX_PREFIX = "$out/";
const MAX_USER_LENGTH = 256;
const MAX_DETAIL_LENGTH = 256;

export function outboxOf(device: string): string {
  return OUTBOX_PREFIX + device;
}

/** What selects the outboxes of all devices of a network. */
export function outboxFilter(network: string): string {
  return `${OUTBOX_PREFIX}${network}/+`;
}

/** The key under which an origin finds an outcome; without an id, what all of them begin with. */
export function outcomeKey(origin: string, id = ""): string {
  return `outcome.${origin}.${id}`;
}

/** Throws RangeError naming the property that is missing or wrong. */
export function readCommand(message: CommandMessage, origin: string, mintId: () => string): Command {
  const { payload = null, deadline, user } = message;
  const device = checkDevice(message.device);
  const type = checkType(message.type);
  return {
    ...{ device, type, payload, id: idIn(message.id, mintId), origin },
    ...(isGiven(deadline) && { deadline: checkDeadline(deadline) }),
    ...(isGiven(user) && { user: checkUser(user) }),
  };
}

function idIn(id: unknown, mintId: () => string): string {
  return isGiven(id) ? checkId("id", id) : mintId();
}

/** Throws RangeError naming the property. */
export function checkId(name: string, id: unknown): string {
  if (isId(id)) return id;
  throw new RangeError(`"${name}" must be 1..64 letters, digits or . _ : -, got ${quote(id)}`);
}

export function checkDeadline(deadline: unknown): number {
  if (typeof deadline === "number" && Number.isFinite(deadline)) return deadline;
  throw new RangeError(`"deadline" must be milliseconds since 1970, got ${quote(deadline)}`);
}

function checkUser(user: unknown): string {
  if (typeof user === "string" && user.length <= MAX_USER_LENGTH) return user;
  throw new RangeError(`"user" must be text of at most ${MAX_USER_LENGTH} characters, got ${quote(user)}`);
}

export function isExpired({ deadline }: Pick<Command, "deadline">, now: number): boolean {
  return deadline !== undefined && now > deadline;
}

/** Bytes stand beside the rest, so that they come out as bytes again. */
export function toReading({ device: _, payload, ...head }: Command, time: number): Reading {
  if (payload instanceof Uint8Array) return { time, value: head, raw: payload };
  return { time, value: { ...head, payload } };
}

/** Null where an outbox holds something else. */
export function commandIn({ topic, cursor, value, raw }: Entry): OutboxCommand | null {
  if (!topic.startsWith(OUTBOX_PREFIX) || typeof value !== "object" || value === null) return null;
  const device = topic.slice(OUTBOX_PREFIX.length);
  const { payload = raw ?? null, origin, ...head } = value as Partial<Command>;
  try {
    const command = readCommand({ ...head, device, payload }, checkId("origin", origin), () => "");
    return command.id === "" ? null : { ...command, cursor };
  } catch {
    return null;
  }
}

/** An outcome with its detail cut to what a status line can show. */
export function outcomeOf(id: string, state: OutcomeState, detail?: string): Outcome {
  return detail ? { id, state, detail: detail.slice(0, MAX_DETAIL_LENGTH) } : { id, state };
}

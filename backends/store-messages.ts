/** The messages that a flow hands to a store: a reading, a batch of them, a query, or a command. */
import type { Backend } from "./backend.ts";
import type { WritableMessage } from "./reading-writer.ts";

export interface StoreMessage extends WritableMessage {
  payload?: unknown;
  action?: unknown;
  [property: string]: unknown;
}

export interface Input {
  readonly message: StoreMessage;
  /** One message goes to the first output, of a list each to its own. */
  readonly send: (messages: StoreMessage | (StoreMessage | null)[]) => void;
  readonly done: (error?: Error) => void;
}

/** Takes the messages whose action is no query: commands, and what became of them. Each calls `done` once. */
export interface CommandInputs {
  has(message: StoreMessage): boolean;
  perform(backend: Backend, input: Input): void;
  refuse(input: Input, error: Error): void;
}

export function hasAction(message: StoreMessage): boolean {
  return message.action !== undefined && message.action !== "";
}

/** Many readings at once, as a codec hands them on: nothing but the list names devices; the topic is a network or nothing. */
export function isBatch({ payload, device, type, topic }: StoreMessage): boolean {
  return Array.isArray(payload) && device === undefined && type === undefined && !String(topic).includes("/");
}

export function readingsIn(message: StoreMessage): number {
  if (hasAction(message)) return 0;
  return isBatch(message) ? (message.payload as unknown[]).length : 1;
}

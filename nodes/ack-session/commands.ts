/** Commands of a store on their way to a peer: as fields on the wire, and back as their outcome. */
import { isJsonObject, type JsonObject } from "../../lib/json/safe-json.ts";
import { now } from "../shared/drive.ts";
import type { GatehouseMessage } from "../shared/message.ts";

/** What `node-store` wants to know of a command again. */
export interface CommandRef {
  readonly device: string;
  readonly id: string;
  readonly origin: string;
  readonly cursor: string;
  readonly deadline?: number;
}

/** What of a message makes it a command; one of a store has all of it. */
export interface CommandMessage {
  readonly device?: string;
  readonly type?: string;
  readonly payload?: unknown;
  readonly id?: string;
  readonly origin?: unknown;
  readonly cursor?: string;
  readonly deadline?: number;
}

/** Null for a message that no store waits for. */
export function refOf({ device, id, origin, cursor, deadline }: CommandMessage): CommandRef | null {
  if (device === undefined || id === undefined || cursor === undefined || typeof origin !== "string") return null;
  return { device, id, origin, cursor, ...(deadline !== undefined && { deadline }) };
}

/** `{type: "reset", payload: 1}` is `{"reset": 1}`; a `message` that is an object goes as it is. */
export function fieldsOf({ type, payload }: CommandMessage): JsonObject {
  if (payload instanceof Uint8Array) throw new TypeError("a command of this network is JSON, msg.payload is a Buffer");
  if ((type === undefined || type === "message") && isJsonObject(payload)) return payload;
  if (typeof type !== "string" || type === "") throw new RangeError("msg.type must be the name of a field");
  return { [type]: payload ?? null };
}

/** From milliseconds since 1970 to those of the clock that cores run on. */
export function monotonic(deadline: number | undefined): number {
  return deadline === undefined ? Number.POSITIVE_INFINITY : deadline - Date.now() + now();
}

export function outcomeMessage(ref: CommandRef, error?: string): Partial<GatehouseMessage> {
  return error === undefined ? { ...ref, action: "delivered" } : { ...ref, action: "failed", error };
}

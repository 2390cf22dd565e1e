/** What is known of a command that a device has taken: the kind of its payload, never its text, so that a page can offer it again. */
import { isId } from "../store/ids.ts";

type FieldKind = "boolean" | "number" | "text";

/** `none`: no payload. `json`: what has no simple form. */
export type KnownCommand =
  | { readonly kind: "none" | "text" | "json" }
  /** The least and the most that were sent; equal where it was always the same. */
  | { readonly kind: "boolean"; readonly min: boolean; readonly max: boolean }
  | { readonly kind: "number"; readonly min: number; readonly max: number }
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, FieldKind>> };

/** An object with more fields has no simple form. */
const MAX_FIELDS = 16;

/** Null for what no page can write: bytes, and what is no number. */
export function knownFrom(payload: unknown): KnownCommand | null {
  if (payload === null || payload === undefined) return { kind: "none" };
  if (payload instanceof Uint8Array) return null;
  if (typeof payload === "boolean") return { kind: "boolean", min: payload, max: payload };
  if (typeof payload === "number")
    return Number.isFinite(payload) ? { kind: "number", min: payload, max: payload } : null;
  if (typeof payload === "string") return { kind: "text" };
  const fields = typeof payload === "object" && !Array.isArray(payload) ? fieldsOf(payload) : null;
  return fields ? { kind: "object", fields } : { kind: "json" };
}

/** Null where one of them is no name, or holds fields of its own. */
function fieldsOf(payload: object): Record<string, FieldKind> | null {
  const fields = Object.entries(payload).map(([name, value]) => [name, fieldKind(name, value)] as const);
  const isSimple = fields.length > 0 && fields.length <= MAX_FIELDS && fields.every(([, kind]) => kind !== null);
  return isSimple ? (Object.fromEntries(fields) as Record<string, FieldKind>) : null;
}

function fieldKind(name: string, value: unknown): FieldKind | null {
  if (!isId(name)) return null;
  if (typeof value === "boolean" || typeof value === "number") return typeof value as FieldKind;
  return typeof value === "string" ? "text" : null;
}

/** The newest payload says which kind it is; of the same kind the range grows. */
export function joinKnown(before: KnownCommand | null, newest: KnownCommand): KnownCommand {
  if (newest.kind === "number" && before?.kind === "number") {
    return { kind: "number", min: Math.min(before.min, newest.min), max: Math.max(before.max, newest.max) };
  }
  if (newest.kind === "boolean" && before?.kind === "boolean") {
    return { kind: "boolean", min: before.min && newest.min, max: before.max || newest.max };
  }
  return newest;
}

/** Reads what a message has for udp relays: a reading, an element, or a list of either. */
import { decodeElement, type Element } from "../../lib/handshake/element.ts";
import { dataText } from "../../lib/records/element.ts";
import { elementOfType } from "../../lib/records/element-names.ts";
import type { GatehouseMessage } from "../shared/message.ts";

type Item = Pick<GatehouseMessage, "type" | "payload">;

/** Throws TypeError where there is neither. */
export function elementsIn(message: Pick<GatehouseMessage, "device" | "type" | "payload">): Element[] {
  const { payload } = message;
  if (!isList(message, payload)) return [readingOrElement(message)];
  return payload.map((item) => elementIn(item) ?? readingOrElement(item as Item));
}

/** An array that a single reading has as its value comes with the reading's device. */
function isList({ device }: { readonly device?: string }, payload: unknown): payload is unknown[] {
  if (device !== undefined || !Array.isArray(payload)) return false;
  return payload.every((item: unknown) => (typeof item === "object" && item !== null) || typeof item === "string");
}

function readingOrElement({ type, payload }: Item): Element {
  const element = elementIn(payload);
  if (element) return element;
  if (typeof type !== "string" || type === "") {
    throw new TypeError('"type" is missing: a reading has "type" and "payload", an element {"Element", "Data"}');
  }
  if (payload === undefined) throw new TypeError('"payload" is missing');
  return { name: elementOfType(type), data: dataText(payload) };
}

/** An object or its JSON text; null where the value is none. */
function elementIn(value: unknown): Element | null {
  if (typeof value === "string") return value.startsWith('{"Element"') ? decodeElement(Buffer.from(value)) : null;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "Data")) return null;
  const { Element: name, Data: data } = value as { Element?: unknown; Data?: unknown };
  return typeof name === "string" && name !== "" ? { name, data: dataText(data) } : null;
}

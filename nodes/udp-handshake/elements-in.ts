/** Reads what a message has for udp relays: a reading, an element, or a list of either. */
import { decodeElement, type Element, elementOf } from "../../lib/handshake/element.ts";
import { dataText } from "../../lib/records/element.ts";
import { elementOfType } from "../../lib/records/element-names.ts";
import type { GatehouseMessage } from "../shared/message.ts";

type Item = Pick<GatehouseMessage, "type" | "payload">;

interface Found {
  readonly elements: readonly Element[];
  /** What is wrong with each of the others. */
  readonly faults: readonly TypeError[];
}

export function elementsIn(message: Pick<GatehouseMessage, "device" | "type" | "payload">): Found {
  const { payload } = message;
  const found = isList(message, payload)
    ? payload.map((item) => elementIn(item) ?? readingOrElement(item as Item))
    : [readingOrElement(message)];
  const faults = found.filter((one) => one instanceof TypeError);
  return { elements: faults.length === 0 ? (found as Element[]) : found.filter(isElement), faults };
}

function isElement(one: Element | TypeError): one is Element {
  return !(one instanceof TypeError);
}

/** An array that a single reading has as its value comes with the reading's device. */
function isList({ device }: { readonly device?: string }, payload: unknown): payload is unknown[] {
  if (device !== undefined || !Array.isArray(payload)) return false;
  return payload.every((item: unknown) => (typeof item === "object" && item !== null) || typeof item === "string");
}

function readingOrElement({ type, payload }: Item): Element | TypeError {
  const element = elementIn(payload);
  if (element) return element;
  if (typeof type !== "string" || type === "") {
    return new TypeError('"type" is missing: a reading has "type" and "payload", an element {"Element", "Data"}');
  }
  if (payload === undefined) return new TypeError('"payload" is missing');
  return { name: elementOfType(type), data: dataText(payload) };
}

/** An object or its JSON text; null where the value is none. */
function elementIn(value: unknown): Element | null {
  if (typeof value === "string") return value.startsWith('{"Element"') ? decodeElement(Buffer.from(value)) : null;
  return elementOf(value);
}

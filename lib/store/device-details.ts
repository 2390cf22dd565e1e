/** What may be set of a device by hand: its name, its uuid and its labels. */
import { isJsonObject } from "../json/safe-json.ts";
import type { DeviceDetails } from "./device-keys.ts";
import { isId, quote } from "./ids.ts";

const MAX_TEXT_LENGTH = 256;
const MAX_LABELS = 64;

/** Throws RangeError naming what is wrong. Only what is given is changed; null takes a name or uuid away, and labels are replaced as a whole. */
export function checkDetails(payload: unknown): DeviceDetails {
  if (!isJsonObject(payload))
    throw new RangeError(`"payload" must be an object with name, uuid or labels, got ${quote(payload)}`);
  for (const [name, value] of Object.entries(payload)) checkDetail(name, value);
  return payload;
}

function checkDetail(name: string, value: unknown): void {
  if (name === "labels") checkLabels(value);
  else if (name !== "name" && name !== "uuid") {
    throw new RangeError(`"payload" may have name, uuid and labels, got ${quote(name)}`);
  } else if (value !== null && !isText(value)) {
    throw new RangeError(`"payload.${name}" must be text of at most ${MAX_TEXT_LENGTH} characters`);
  }
}

function checkLabels(value: unknown): void {
  if (!isJsonObject(value)) throw new RangeError(`"payload.labels" must be an object, got ${quote(value)}`);
  const pairs = Object.entries(value);
  if (pairs.length > MAX_LABELS) throw new RangeError(`"payload.labels" must have at most ${MAX_LABELS} labels`);
  for (const [label, text] of pairs) {
    checkLabelName(label);
    if (!isText(text))
      throw new RangeError(`"payload.labels.${label}" must be text of at most ${MAX_TEXT_LENGTH} characters`);
  }
}

function checkLabelName(label: string): void {
  if (!isId(label)) throw new RangeError(`"payload.labels" must have names of 1..64 letters, digits or . _ : -`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_TEXT_LENGTH;
}

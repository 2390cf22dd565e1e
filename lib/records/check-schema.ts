/** Which schemas are sound: each fault is a RangeError that names the record and the field. */
import { isType } from "../store/ids.ts";
import type { RecordField } from "./schema.ts";

const MAX_TAG = 64;
const MAX_REPEAT = 256;
const MAX_DECIMALS = 15;
const MAX_DIGITS = 32;
/** A record of the default length cannot have more. */
export const MAX_COLUMNS = 1024;

const PARTS = {
  duration: ["days", "hours", "minutes", "seconds"],
  combined: ["whole", "fraction", "sign"],
} as const;

export function recordName(tag: unknown): string {
  return `record ${JSON.stringify(tag)}`;
}

export function checkTag(tag: unknown): void {
  if (typeof tag === "string" && tag !== "" && tag.length <= MAX_TAG && tag.trim() === tag) return;
  throw new RangeError(`${recordName(tag)}: "tag" must be a text of 1..${MAX_TAG} characters without blanks around it`);
}

export function checkField(field: RecordField, tag: string): void {
  if (typeof field !== "object" || field === null)
    throw new RangeError(`${recordName(tag)}: a field must be an object`);
  const name = "name" in field ? field.name : field.kind;
  const where = `${recordName(tag)}, field ${JSON.stringify(name)}`;
  if (!Object.hasOwn(CHECKS, field.kind)) {
    throw new RangeError(`${where}: "kind" must be one of ${Object.keys(CHECKS).join(", ")}, got ${field.kind}`);
  }
  (CHECKS[field.kind] as (field: RecordField, where: string) => void)(field, where);
}

/** Of the name as it comes out, the number of a repetition in it. */
export function checkName(name: unknown, tag: string): void {
  if (isType(name)) return;
  throw new RangeError(
    `${recordName(tag)}: a field's "name" must be 1..64 letters, digits or . _ : % -, got ${JSON.stringify(name)}`,
  );
}

type Check<Kind> = (field: Extract<RecordField, { kind: Kind }>, where: string) => void;

const CHECKS: { readonly [Kind in RecordField["kind"]]: Check<Kind> } = {
  number(field, where) {
    checkScale(field, where);
    checkWhole(field.decimals, "decimals", [0, MAX_DECIMALS], where);
  },
  text: () => undefined,
  rest: () => undefined,
  table({ table, default: fallback }, where) {
    const texts = typeof table === "object" && table !== null ? Object.values(table) : [];
    if (texts.length === 0) throw new RangeError(`${where}: "table" must have a row`);
    if (![...texts, fallback ?? ""].every((text) => typeof text === "string")) {
      throw new RangeError(`${where}: "table" and "default" must hold texts`);
    }
  },
  compass: checkScale,
  duration: ({ parts }, where) => checkParts(parts, PARTS.duration, where),
  hex({ radix, inputs, digits, group, separator }, where) {
    if (radix !== undefined && radix !== 10 && radix !== 16) throw new RangeError(`${where}: "radix" must be 10 or 16`);
    checkWhole(inputs, "inputs", [1, MAX_REPEAT], where);
    checkWhole(digits, "digits", [1, MAX_DIGITS], where);
    checkWhole(group, "group", [0, MAX_DIGITS], where);
    checkText(separator, "separator", where);
  },
  combined({ parts, digits, negative }, where) {
    checkParts(parts, PARTS.combined, where);
    if (parts && !parts.includes("whole")) throw new RangeError(`${where}: "parts" must have a whole`);
    checkWhole(digits, "digits", [1, MAX_DECIMALS], where);
    checkText(negative, "negative", where);
  },
  skip: ({ inputs }, where) => checkWhole(inputs, "inputs", [1, MAX_COLUMNS], where),
  group({ repeat, first, fields }, where) {
    if (repeat === undefined) throw new RangeError(`${where}: "repeat" must be given`);
    checkWhole(repeat, "repeat", [1, MAX_REPEAT], where);
    checkWhole(first, "first", [0, 1_000_000], where);
    if (!Array.isArray(fields) || fields.length === 0) throw new RangeError(`${where}: "fields" must have a row`);
  },
  expression({ expression }, where) {
    if (typeof expression !== "string" || expression.trim() === "") {
      throw new RangeError(`${where}: "expression" must be given`);
    }
  },
};

function checkScale({ scale, offset }: { scale?: number; offset?: number }, where: string): void {
  if (scale !== undefined && (!Number.isFinite(scale) || scale === 0)) {
    throw new RangeError(`${where}: "scale" must be a number other than 0, got ${scale}`);
  }
  if (offset !== undefined && !Number.isFinite(offset)) {
    throw new RangeError(`${where}: "offset" must be a number, got ${offset}`);
  }
}

function checkWhole(value: unknown, name: string, [least, most]: readonly [number, number], where: string): void {
  if (value === undefined) return;
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new RangeError(`${where}: "${name}" must be ${least}..${most}, got ${value}`);
}

function checkText(value: unknown, name: string, where: string): void {
  if (value !== undefined && typeof value !== "string") throw new RangeError(`${where}: "${name}" must be a text`);
}

function checkParts(parts: unknown, known: readonly string[], where: string): void {
  if (parts === undefined) return;
  const given = Array.isArray(parts) ? parts : [];
  const areKnown = given.every((part) => known.includes(part)) && new Set(given).size === given.length;
  if (given.length === 0 || !areKnown) {
    throw new RangeError(`${where}: "parts" must be of ${known.join(", ")}, each once at most`);
  }
}

/** Reads the fields of an editor form once; a wrong one throws a RangeError that names it. */
import { isJsonObject } from "../../lib/json/safe-json.ts";
import { isId } from "../../lib/store/ids.ts";

/** The fields as the editor saved them, `${NAME}` already put in by Node-RED. */
export type Fields = Readonly<Record<string, unknown>>;

const UNRESOLVED = /^\$\{[^}]+\}$/;

/** The field's text, or undefined where it is empty or names a variable that is not set. */
function given(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  const text = String(value).trim();
  return text === "" || UNRESOLVED.test(text) ? undefined : text;
}

function fallBack<T>(name: string, fallback: T | undefined): T {
  if (fallback === undefined) throw new RangeError(`"${name}" must be set`);
  return fallback;
}

/** Text; without a fallback an empty field is an error. */
export function textOption(fields: Fields, name: string, fallback?: string): string {
  return given(fields, name) ?? fallBack(name, fallback);
}

/** A name, as of a network; with an empty fallback there need be none. */
export function idOption(fields: Fields, name: string, fallback: string): string {
  const id = textOption(fields, name, fallback);
  if (id === "" || isId(id)) return id;
  const orEmpty = fallback === "" ? ", or empty" : "";
  throw new RangeError(`"${name}" must be 1..64 letters, digits or . _ : -${orEmpty}, got ${id}`);
}

/** Lines, or what commas part. */
export function listOption(fields: Fields, name: string, fallback?: string): string[] {
  const parts = textOption(fields, name, fallback).split(/[\n,]/);
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** A whole number in a range, both ends included. */
export function integerOption(
  fields: Fields,
  name: string,
  range: readonly [number, number],
  fallback?: number,
): number {
  const value = numberOption(fields, name, range, fallback);
  if (!Number.isInteger(value)) throw outOfRange(name, range, String(fields[name]));
  return value;
}

export function numberOption(
  fields: Fields,
  name: string,
  range: readonly [number, number],
  fallback?: number,
): number {
  const text = given(fields, name);
  if (text === undefined) return fallBack(name, fallback);
  const value = Number(text);
  if (!(value >= range[0] && value <= range[1])) throw outOfRange(name, range, text);
  return value;
}

function outOfRange(name: string, [least, most]: readonly [number, number], got: string): RangeError {
  return new RangeError(`"${name}" must be ${least}..${most}, got ${got}`);
}

export function choiceOption<T extends string>(fields: Fields, name: string, choices: readonly T[], fallback?: T): T {
  const text = given(fields, name);
  if (text === undefined) return fallBack(name, fallback);
  const choice = choices.find((one) => one === text);
  if (choice === undefined) throw new RangeError(`"${name}" must be one of ${choices.join(", ")}, got ${text}`);
  return choice;
}

/** A check box, or `${NAME}` with `1`, `true`, `0` or `false`. */
export function flagOption(fields: Fields, name: string, fallback: boolean): boolean {
  const value = fields[name];
  if (typeof value === "boolean") return value;
  const text = given(fields, name);
  if (text === undefined) return fallback;
  if (text === "1" || text === "true") return true;
  if (text === "0" || text === "false") return false;
  throw new RangeError(`"${name}" must be true or false, got ${text}`);
}

/** The rows of the editor's table, or their JSON. */
export function rowsOption(fields: Fields, name: string): Fields[] {
  const value = fields[name] ?? [];
  const rows = typeof value === "string" ? parse(value, name) : value;
  if (Array.isArray(rows) && rows.every(isJsonObject)) return rows;
  throw new RangeError(`"${name}" must be a list of rows`);
}

function parse(text: string, name: string): unknown {
  if (text.trim() === "") return [];
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError(`"${name}" must be JSON`);
  }
}

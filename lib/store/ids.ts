/** Which names a device and a type may have: they become parts of topics, keys, file names and page addresses. */

const ID = /^[A-Za-z0-9._:-]{1,64}$/;
/** A codec percent-encodes what a wire's name has beyond these. */
const TYPE = /^[A-Za-z0-9._:%-]{1,64}$/;

/** Would be taken for something else where names become properties of an object, or steps of a path. */
const RESERVED = new Set(["__proto__", "constructor", "prototype", ".", ".."]);

const RULE = "1..64 letters, digits or . _ : -";

/** How much of a wrong name an error quotes. */
const QUOTED_LENGTH = 80;

export function isId(text: unknown): text is string {
  return typeof text === "string" && ID.test(text) && !RESERVED.has(text);
}

export function isType(text: unknown): text is string {
  return typeof text === "string" && TYPE.test(text) && !RESERVED.has(text);
}

/** `<network>/<address>`, both of them ids. */
export function isDevice(text: unknown): text is string {
  if (typeof text !== "string") return false;
  const slash = text.indexOf("/");
  return slash > 0 && isId(text.slice(0, slash)) && isId(text.slice(slash + 1));
}

/** Throws RangeError naming the property. */
export function checkType(type: unknown): string {
  if (isType(type)) return type;
  throw new RangeError(`"type" must be ${RULE} %, got ${quote(type)}`);
}

/** Throws RangeError naming the property. */
export function checkDevice(device: unknown): string {
  if (isDevice(device)) return device;
  throw new RangeError(`"device" must be <network>/<address>, each ${RULE}, got ${quote(device)}`);
}

/** A wrong value as an error shows it, bounded. */
export function quote(value: unknown): string {
  if (!isGiven(value)) return "nothing";
  const text = typeof value === "string" ? JSON.stringify(value) : `a value of type ${typeof value}`;
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
}

/** An inject node sets an empty text where nothing is wanted. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

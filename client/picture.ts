/** Pictures that a device sends as text: base64 of a format that browsers draw, with or without `data:` before it. */

/** How the base64 of each format begins. */
const FORMATS: readonly (readonly [beginning: string, type: string])[] = [
  ["/9j/", "image/jpeg"],
  ["iVBORw0KGgo", "image/png"],
  ["R0lGOD", "image/gif"],
  ["UklGR", "image/webp"],
];
const DATA_URL = /^data:image\/(?:jpeg|jpg|png|gif|webp);base64,/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Shorter texts are words. */
const LEAST_LENGTH = 64;
/** What is looked at to tell a picture from a text. */
const LEAST_BEGINNING = 120;

/** The picture's bytes in base64 with their type; null where the value is none. */
export function pictureOf(value: unknown): { readonly type: string; readonly base64: string } | null {
  const text = textOf(value);
  if (text === null || text.length < LEAST_LENGTH) return null;
  const base64 = text.replace(DATA_URL, "").replace(/\s+/g, "");
  const type = typeOf(base64);
  return type !== undefined && BASE64.test(base64) ? { type, base64 } : null;
}

/** What a picture is called where there is no room for it; null where the value is none, as far as its beginning tells. */
export function pictureName(value: unknown): string | null {
  const text = textOf(value);
  if (text === null || text.length < LEAST_LENGTH) return null;
  const beginning = text.slice(0, LEAST_BEGINNING).replace(DATA_URL, "").replace(/\s+/g, "");
  return typeOf(beginning) && BASE64.test(beginning) ? `Picture, ${weightOf(text.length)}` : null;
}

function typeOf(base64: string): string | undefined {
  return FORMATS.find(([beginning]) => base64.startsWith(beginning))?.[1];
}

/** Bytes arrive as `{"base64":"…"}`. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  const { base64 } = (value ?? {}) as { readonly base64?: unknown };
  return typeof base64 === "string" ? base64 : null;
}

export function weightOf(length: number): string {
  const bytes = Math.floor((length * 3) / 4);
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`;
}

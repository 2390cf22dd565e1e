/** Pictures that a robot sends as text: base64 of a format that browsers draw, with or without `data:` before it. */
import { h, setText } from "../dom.ts";
import type { Sample } from "../series.ts";

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

/** The picture's bytes in base64 with their type; null where the value is none. */
export function pictureOf(value: unknown): { readonly type: string; readonly base64: string } | null {
  const text = textOf(value);
  if (text === null || text.length < LEAST_LENGTH) return null;
  const base64 = text.replace(DATA_URL, "").replace(/\s+/g, "");
  const type = FORMATS.find(([beginning]) => base64.startsWith(beginning))?.[1];
  return type !== undefined && BASE64.test(base64) ? { type, base64 } : null;
}

/** Bytes arrive as `{"base64":"…"}`. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  const { base64 } = (value ?? {}) as { readonly base64?: unknown };
  return typeof base64 === "string" ? base64 : null;
}

/** The newest picture, and how much it weighs; a picture that cannot be drawn says so. */
export function pictureView(name: string): (body: HTMLElement) => (samples: readonly Sample[]) => void {
  return (body) => {
    const image = h("img", { class: "picture", alt: `Picture that the robot sent as ${name}`, decoding: "async" });
    const size = h("p", { class: "range" });
    let weight = "";
    image.addEventListener("error", () => setText(size, `${weight} that are no picture`));
    body.append(image, size);
    return (samples) => {
      const picture = pictureOf(samples.at(-1)!.value);
      if (!picture) return;
      weight = weightOf(picture.base64.length);
      setText(size, weight);
      image.src = `data:${picture.type};base64,${picture.base64}`;
    };
  };
}

export function weightOf(length: number): string {
  const bytes = Math.floor((length * 3) / 4);
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`;
}

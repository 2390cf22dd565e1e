/** One discrete element of a record: as udp relays get it, and as a client reads it (PROTOCOLS 3.2, step 4). */
import { dataText } from "../records/element.ts";

export interface Element {
  readonly name: string;
  readonly data: string;
}

/** `event` is passed to a browser as it is; `json` is the bare object. */
export type ElementForm = "event" | "json";

/** What a datagram may hold, so that no link has to cut it. */
export const MAX_DATAGRAM_BYTES = 1400;

const ENVELOPE: Readonly<Record<ElementForm, readonly [before: string, after: string]>> = {
  event: ["event: message\ndata: ", "\n\n"],
  json: ["", ""],
};

/** A schema has few names; a flow that makes up new ones must not fill the memory. */
const MAX_OPENINGS = 4096;

export class ElementEncoder {
  readonly #before: string;
  readonly #end: string;
  readonly #openings = new Map<string, string>();

  constructor(form: ElementForm) {
    const [before, after] = ENVELOPE[form];
    this.#before = before;
    this.#end = `}${after}`;
  }

  /** Throws RangeError, which names the element, where no datagram can hold it. */
  encode({ name, data }: Element): Buffer {
    const bytes = Buffer.from(`${this.#openingOf(name)}${JSON.stringify(data)}${this.#end}`);
    if (bytes.length <= MAX_DATAGRAM_BYTES) return bytes;
    const shown = name.length > 64 ? `${name.slice(0, 64)}…` : name;
    throw new RangeError(
      `element ${JSON.stringify(shown)} takes ${bytes.length} bytes, a datagram ${MAX_DATAGRAM_BYTES} at most`,
    );
  }

  #openingOf(name: string): string {
    const known = this.#openings.get(name);
    if (known !== undefined) return known;
    if (this.#openings.size >= MAX_OPENINGS) this.#openings.clear();
    const opening = `${this.#before}{"Element" : ${JSON.stringify(name)}, "Data" : `;
    this.#openings.set(name, opening);
    return opening;
  }
}

/** Either form, with or without the end of a C text; null where the datagram is no element. */
export function decodeElement(datagram: Uint8Array): Element | null {
  const text = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length).toString().replace(/\0+$/, "");
  try {
    return elementOf(JSON.parse(text.trimStart().startsWith("{") ? text : dataOf(text)));
  } catch {
    return null; // No JSON.
  }
}

/** The data lines of an event, joined as a browser joins them. */
function dataOf(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.startsWith("data:"));
  return lines.map((line) => line.slice("data:".length)).join("\n");
}

/** Null where the value is none. */
export function elementOf(value: unknown): Element | null {
  if (typeof value !== "object" || value === null) return null;
  const { Element: name, Data: data } = value as { Element?: unknown; Data?: unknown };
  return typeof name === "string" && name !== "" && data !== undefined ? { name, data: dataText(data) } : null;
}

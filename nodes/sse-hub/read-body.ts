/** Reads the body of a request, up to a bound: bytes, or what Node-RED has read already. */
import type { IncomingMessage } from "node:http";
import { faultOf, isJsonObject, type JsonObject, type Read, readJson } from "../../lib/json/safe-json.ts";

/** Where the editor is served at the root, its parser has read the body before the request came here. */
type Incoming = IncomingMessage & { readonly body?: unknown };

const TEXT = new TextDecoder("utf-8", { fatal: true });
const FORM = "application/x-www-form-urlencoded";

/** Null where it is too long. */
export async function readJsonBody(request: Incoming, maxBytes: number): Promise<Read<unknown> | null> {
  if (request.readableEnded) return checked(request.body);
  const bytes = await readBytes(request, maxBytes);
  return bytes && readJson(textOf(bytes));
}

/** The fields of a form, or of a JSON object; null where there are none. */
export async function readFields(request: Incoming, maxBytes: number): Promise<JsonObject | null> {
  const read = isForm(request) ? await readForm(request, maxBytes) : await readJsonBody(request, maxBytes);
  return read && "value" in read && isJsonObject(read.value) ? read.value : null;
}

export function isForm({ headers }: IncomingMessage): boolean {
  return headers["content-type"]?.startsWith(FORM) === true;
}

async function readForm(request: Incoming, maxBytes: number): Promise<Read<unknown> | null> {
  if (request.readableEnded) return checked(request.body);
  const bytes = await readBytes(request, maxBytes);
  return bytes && checked(Object.fromEntries(new URLSearchParams(textOf(bytes))));
}

function checked(value: unknown): Read<unknown> {
  const fault = faultOf(value);
  return fault === null ? { value } : { fault };
}

/** Empty where the bytes are no UTF-8: they are no JSON either. */
function textOf(bytes: Buffer): string {
  try {
    return TEXT.decode(bytes);
  } catch {
    return "";
  }
}

/** Null where it is too long: the rest is read and thrown away, so that the answer arrives. */
function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else resolve(null);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the request was cut off")));
  });
}

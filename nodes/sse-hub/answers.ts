/** Whole answers: JSON, text and errors, each with the headers that every answer of a hub carries. */
import { createHash } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { jsonText } from "../../lib/sse/json-value.ts";

export const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'self'";

export const SECURITY_HEADERS: OutgoingHttpHeaders = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: OutgoingHttpHeaders,
): void {
  // Express would tell its name to everyone.
  response.removeHeader("X-Powered-By");
  response.writeHead(status, { ...SECURITY_HEADERS, "Content-Length": Buffer.byteLength(body), ...headers });
  response.end(body);
}

export function sendNotModified(response: ServerResponse, headers: OutgoingHttpHeaders): void {
  response.removeHeader("X-Powered-By");
  response.writeHead(304, { ...SECURITY_HEADERS, ...headers }).end();
}

/** Another address, to be asked for with GET. */
export function sendSeeOther(response: ServerResponse, location: string, headers: OutgoingHttpHeaders): void {
  send(response, 303, "", { Location: location, "Cache-Control": "no-store", ...headers });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const type = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };
  send(response, status, jsonText(value), { ...type, ...headers });
}

export function sendError(
  response: ServerResponse,
  status: number,
  error: string,
  message: string,
  headers: OutgoingHttpHeaders = {},
): void {
  sendJson(response, status, { error, message }, headers);
}

/** A browser shows what it gets here to somebody; programs, and scripts of pages, take JSON. */
export function asksForPage({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.accept?.includes("text/html") === true;
}

export interface Page {
  readonly body: string;
  readonly type: string;
  readonly etag: string;
}

const FOR_EVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

/** `isKept` where it was asked for by its hash: what has this name never changes. */
export function sendPage(
  page: Page,
  isKept: boolean,
  request: IncomingMessage,
  response: ServerResponse,
  status = 200,
): void {
  const cached = { ETag: page.etag, "Cache-Control": isKept ? FOR_EVER : ASK_AGAIN, Vary: "Accept-Encoding" };
  const typed = { "Content-Type": page.type, ...cached };
  const encoding = ENCODINGS.find(({ taken }) => taken.test(String(request.headers["accept-encoding"] ?? "")));
  if (status === 200 && request.headers["if-none-match"] === page.etag) sendNotModified(response, cached);
  else if (!encoding) send(response, status, page.body, typed);
  else send(response, status, zippedOf(page, encoding), { ...typed, "Content-Encoding": encoding.name });
}

interface Encoding {
  readonly name: string;
  /** As every browser says it; one that has a weight of 0 is not taken. */
  readonly taken: RegExp;
  readonly zip: (body: string) => Buffer;
  /** Compressed once for as long as the page is there. */
  readonly zipped: WeakMap<Page, Buffer>;
}

/** What makes less comes first. A higher quality of Brotli takes so long that the flow would feel it. */
const ENCODINGS: readonly Encoding[] = [
  {
    name: "br",
    taken: /(?:^|[\s,])br(?=\s*(?:[;,]|$))(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/,
    zip: (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    zipped: new WeakMap(),
  },
  {
    name: "gzip",
    taken: /(?:^|[\s,])gzip(?=\s*(?:[;,]|$))(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/,
    zip: (body) => gzipSync(body, { level: 9 }),
    zipped: new WeakMap(),
  },
];

function zippedOf(page: Page, { zip, zipped }: Encoding): Buffer {
  const bytes = zipped.get(page) ?? zip(page.body);
  zipped.set(page, bytes);
  return bytes;
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Whole answers: JSON, text and errors, each with the headers that every answer of a hub carries. */
import { createHash } from "node:crypto";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
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
  if (status === 200 && request.headers["if-none-match"] === page.etag) sendNotModified(response, cached);
  else if (takesGzip(request)) send(response, status, zippedOf(page), { ...typed, "Content-Encoding": "gzip" });
  else send(response, status, page.body, typed);
}

/** As every browser says it; who gives it a weight of 0 gets plain text. */
function takesGzip({ headers }: IncomingMessage): boolean {
  return /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(headers["accept-encoding"] ?? ""));
}

const zipped = new WeakMap<Page, Buffer>();

/** Compressed once for as long as the page is there. */
function zippedOf(page: Page): Buffer {
  const bytes = zipped.get(page) ?? gzipSync(page.body, { level: 9 });
  zipped.set(page, bytes);
  return bytes;
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

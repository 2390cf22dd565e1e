/** The browser client's files, read once when the hub starts. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { send, sendError, sendNotModified } from "./answers.ts";

export type PageName = "index.html" | "device.html" | "client.js" | "client.css";

interface Page {
  readonly body: string;
  readonly type: string;
  readonly etag: string;
}

/** The compiled node stands beside the client; sources are run from the package's root. */
const FOLDER = typeof __dirname === "string" ? join(__dirname, "../../client") : join(process.cwd(), "dist/client");

const TYPES: Readonly<Record<PageName, string>> = {
  "index.html": "text/html; charset=utf-8",
  "device.html": "text/html; charset=utf-8",
  "client.js": "text/javascript; charset=utf-8",
  "client.css": "text/css; charset=utf-8",
};

/** Pages name the files by their hash, so that a browser may keep them for ever. */
const FOR_EVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

export class Pages {
  readonly #pages = new Map<PageName, Page>();
  readonly #hash: string;

  /** `base` is the hub's path as the browser sees it. */
  constructor(base: string, folder = FOLDER) {
    const texts = new Map<PageName, string>();
    for (const name of Object.keys(TYPES) as PageName[]) {
      const text = readText(join(folder, name));
      if (text !== null) texts.set(name, text);
    }
    this.#hash = hashOf((texts.get("client.js") ?? "") + (texts.get("client.css") ?? ""));
    for (const [name, text] of texts) {
      const body = name.endsWith(".html") ? text.replaceAll("{{base}}", base).replaceAll("{{hash}}", this.#hash) : text;
      this.#pages.set(name, { body, type: TYPES[name], etag: `"${hashOf(body)}"` });
    }
  }

  send(name: PageName, version: string | null, request: IncomingMessage, response: ServerResponse): void {
    const page = this.#pages.get(name);
    if (page) sendPage(page, version === this.#hash, request, response);
    else sendError(response, 404, "not-built", "The pages are not built: run npm run build.");
  }
}

function sendPage(page: Page, isNamedByHash: boolean, request: IncomingMessage, response: ServerResponse): void {
  const cached = { ETag: page.etag, "Cache-Control": isNamedByHash ? FOR_EVER : ASK_AGAIN };
  if (request.headers["if-none-match"] === page.etag) sendNotModified(response, cached);
  else send(response, 200, page.body, { "Content-Type": page.type, ...cached });
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

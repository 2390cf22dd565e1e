/** The browser client's pages, scripts and styles, read once when the hub starts. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { hashOf, type Page, sendError, sendPage } from "./answers.ts";
import { LINKS } from "./view-links.ts";
import type { Frame } from "./view-pages.ts";

interface File extends Page {
  /** Pages name it by its hash, so that a browser may keep it for ever. */
  readonly isNamed: boolean;
}

/** The compiled node stands beside the client; sources are run from the package's root. */
const FOLDER = typeof __dirname === "string" ? join(__dirname, "../../client") : join(process.cwd(), "dist/client");

export interface SentPage {
  /** The hash in its query, where it has one. */
  readonly version: string | null;
  /** To the hub's views, for those who may see them. */
  readonly links: string;
  readonly status?: number;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** Pages that do not stand at their own name; both are served where nothing was built too, with the reason. */
const PLACES: Readonly<Record<string, string>> = { "index.html": "/", "device.html": "/d" };

/** What the page of a view is put into; it is no page itself. */
const FRAME = "view.html";

export class Pages {
  /** By the path below the hub's. */
  readonly #pages = new Map<string, File>();
  /** Of all of them. */
  readonly version: string;
  /** By the same path, with the links that it was sent with last. */
  readonly #filled = new Map<string, { readonly links: string; readonly page: Page }>();
  /** The hub's path as the browser sees it. */
  readonly base: string;
  /** Null where nothing was built. */
  readonly frame: Frame | null = null;

  constructor(base: string, folder = FOLDER) {
    this.base = base;
    const files = namesIn(folder).map((name): [string, string] => [name, readFileSync(join(folder, name), "utf8")]);
    this.version = hashOf(files.map(([, text]) => text).join(""));
    for (const [name, text] of files) {
      const body = isHtml(name) ? text.replaceAll("{{base}}", base).replaceAll("{{hash}}", this.version) : text;
      if (name === FRAME) this.frame = { html: body, base };
      if (name === FRAME) continue;
      const page = { body, type: TYPES[extname(name)]!, etag: `"${hashOf(body)}"`, isNamed: !isHtml(name) };
      this.#pages.set(pathOf(name), page);
    }
  }

  /** False where the path is none of a page. */
  has(path: string): boolean {
    const place = placeOf(path);
    return this.#pages.has(place) || Object.values(PLACES).includes(place);
  }

  send(path: string, { version, links, status }: SentPage, request: IncomingMessage, response: ServerResponse): void {
    const place = placeOf(path);
    const page = this.#pages.get(place);
    const isKept = page?.isNamed === true && version === this.version;
    if (page) sendPage(this.#fill(place, page, links), isKept, request, response, status);
    else sendError(response, 404, "not-built", "The pages are not built: run npm run build.");
  }

  #fill(place: string, page: Page, links: string): Page {
    if (!page.body.includes(LINKS)) return page;
    const kept = this.#filled.get(place);
    if (kept?.links === links) return kept.page;
    const body = page.body.replace(LINKS, () => links);
    const filled = { body, type: page.type, etag: `"${hashOf(body)}"` };
    this.#filled.set(place, { links, page: filled });
    return filled;
  }
}

/** `views/mesh.html` stands at `/v/mesh`, its script at `/v/mesh.js`. */
function pathOf(name: string): string {
  const place = PLACES[name];
  return place ?? `/${name.replace(/^views\//, "v/").replace(/\.html$/, "")}`;
}

/** A page that shows one device reads it from its address: `/d/mesh/5`, `/v/robot/robot/benbot`. */
function placeOf(path: string): string {
  if (path === PLACES["device.html"]) return "";
  const [, place] = /^(\/d(?=\/.)|\/v\/[a-z0-9-]+)\//.exec(path) ?? [];
  if (place === undefined) return path;
  return isEncoded(path) ? place : "";
}

/** A device whose name cannot be decoded is none. */
function isEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function isHtml(name: string): boolean {
  return extname(name) === ".html";
}

function namesIn(folder: string): string[] {
  const views = filesIn(join(folder, "views")).map((name) => `views/${name}`);
  return [...filesIn(folder), ...views].filter((name) => extname(name) in TYPES).sort();
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

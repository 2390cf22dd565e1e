/** What a hub serves of its views: pages within the frame that all pages share, and the view's own script and style. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ANY_DEVICE } from "../../lib/sse/view-path.ts";
import { networkOf } from "../../lib/store/topic.ts";
import { hashOf, type Page, sendPage } from "./answers.ts";
import { escaped } from "./html.ts";
import { LINKS, wordsOf } from "./view-links.ts";
import { type View, withDevice } from "./views.ts";

/** Where and between what a view's page is put. */
export interface Frame {
  /** HTML with `{{view-title}}`, `{{view-files}}`, `{{view-content}}`, and a place for the links to views. */
  readonly html: string;
  /** The hub's path as the browser sees it. */
  readonly base: string;
}

const JS = "text/javascript; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const HTML = "text/html; charset=utf-8";

/** Null where a view has no page of this device: it is about another one, or about none. */
export function deviceOfPage(view: View, asked: string | null): { readonly device: string | null } | null {
  const { device } = view;
  if (device === ANY_DEVICE) return asked === null || isOf(view, networkOf(asked)) ? { device: asked } : null;
  return asked === null || asked === device ? { device } : null;
}

function isOf({ networks }: View, network: string): boolean {
  return networks.length === 0 || networks.includes(network);
}

/** Whether the page is about one device, and its address does not say which. */
export function needsDevice(view: View, device: string | null): boolean {
  return view.device === ANY_DEVICE && device === null;
}

export function sendViewFile(
  view: View,
  part: "js" | "css",
  version: string | null,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const body = view[part];
  const hash = hashOf(body);
  const page: Page = { body, type: part === "js" ? JS : CSS, etag: `"${hash}"` };
  sendPage(page, version === hash, request, response);
}

/** What all pages below `/v/<view>` have. */
export interface Shown {
  readonly frame: Frame;
  /** Of the view, as the address has it. */
  readonly name: string;
  /** A page that was left open finds that its view is another one, or is back. */
  readonly version: string;
  /** To the hub's views. */
  readonly links: string;
}

/** `isHeard` is false where the device has not sent anything yet: the page says so until it does. */
export function viewPage(shown: Shown, view: View, device: string | null, isHeard: boolean): Page {
  const name = escaped(device ?? "");
  const notice = `<p class="unheard">Nothing was heard of ${name} yet. What it sends will appear here.</p>\n`;
  return framed(shown, view, {
    title: withDevice(view.title, device ?? "").trim(),
    before: isHeard ? "" : notice,
    attributes: device === null ? "" : ` device="${name}"`,
    content: withDevice(view.html, name),
  });
}

/** The page of a view of any device: the list of those that it may be about, which lead to it. */
export function choicePage(shown: Shown, view: View): Page {
  return framed(shown, view, { title: wordsOf(view), content: listOf(view) });
}

/** In the place of a page that the view has not: why, and those that it has. */
export function elsewherePage(shown: Shown, view: View, asked: string): Page {
  const { device, networks } = view;
  const title = wordsOf(view);
  const page = (what: string, content: string) => {
    const before = `<p>There is no page of ${escaped(asked)} here: this view is about ${what}.</p>\n`;
    return framed(shown, null, { title, before, content });
  };
  if (device === ANY_DEVICE) return page(`devices of ${networks.map(escaped).join(", ")}`, listOf(view));
  const link = `<a href="${shown.frame.base}/v/${view.name}">${escaped(title)}</a>`;
  return page(device === null ? "no single device" : escaped(device), `<p>${link}</p>`);
}

/** In the place of a view that there is not, or not any more. */
export function missingPage(shown: Shown): Page {
  const content = "<p>No flow serves a view of this name now. When one does, it will appear here.</p>";
  return framed(shown, null, { title: `No view “${shown.name}”`, content });
}

function listOf({ name, networks }: View): string {
  return `<gh-devices level="1" view="${name}" network="${escaped(networks.join(" "))}"></gh-devices>`;
}

interface Content {
  readonly title: string;
  readonly content: string;
  readonly before?: string;
  readonly attributes?: string;
}

/** With the script and style of the view that it shows. */
function framed(shown: Shown, view: View | null, { title, content, before = "", attributes = "" }: Content): Page {
  const { frame, name, version, links } = shown;
  const about = `data-view="${name}"${attributes} data-version="${version}"`;
  const parts: Readonly<Record<string, string>> = {
    "{{view-title}}": escaped(title),
    "{{view-content}}": `${before}<div class="view" ${about}>\n${content}\n</div>`,
    "{{view-files}}": view ? filesOf(frame.base, view) : "",
    [LINKS]: links,
  };
  // All at once: what one of them brings is not filled in again.
  const body = frame.html.replace(/\{\{view(?:s|-\w+)\}\}/g, (whole) => parts[whole] ?? whole);
  return { body, type: HTML, etag: `"${hashOf(body)}"` };
}

/** Named by their hash, so that a browser may keep them. */
function filesOf(base: string, { name, js, css }: View): string {
  const at = (ending: string, text: string) => `${base}/v/${name}.${ending}?v=${hashOf(text)}`;
  return [
    ...(css === "" ? [] : [`<link rel="stylesheet" href="${at("css", css)}">`]),
    ...(js === "" ? [] : [`<script type="module" src="${at("js", js)}"></script>`]),
  ].join("\n    ");
}

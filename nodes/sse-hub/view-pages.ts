/** What a hub serves of its views: the page, within the frame that all pages share, and the view's own script and style. */
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

/** `links` lead to the hub's views. */
export function viewPage(frame: Frame, view: View, device: string | null, links: string): Page {
  const content = withDevice(view.html, escaped(device ?? ""));
  const about = device === null ? "" : ` device="${escaped(device)}"`;
  // A page that was left open finds that its view is another one.
  const attributes = `${about} data-version="${hashOf(view.html)}"`;
  const part = `<div class="view" data-view="${view.name}"${attributes}>\n${content}\n</div>`;
  const title = withDevice(view.title, device ?? "").trim();
  return framed(frame, view, { title, content: part, links });
}

/** The page of a view of any device: the list of those that it may be about, which lead to it. */
export function choicePage(frame: Frame, view: View, links: string): Page {
  const content = `<gh-devices level="1" view="${view.name}" network="${escaped(view.networks.join(" "))}"></gh-devices>`;
  return framed(frame, view, { title: wordsOf(view), content, links });
}

interface Shown {
  readonly title: string;
  readonly content: string;
  readonly links: string;
}

function framed({ html, base }: Frame, view: View, { title, content, links }: Shown): Page {
  const parts: Readonly<Record<string, string>> = {
    "{{view-title}}": escaped(title),
    "{{view-content}}": content,
    "{{view-files}}": filesOf(base, view),
    [LINKS]: links,
  };
  // All at once: what one of them brings is not filled in again.
  const body = html.replace(/\{\{view(?:s|-\w+)\}\}/g, (whole) => parts[whole] ?? whole);
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

/** What a hub serves of its views: the page, within the frame that all pages share, and the view's own script and style. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ANY_DEVICE } from "../../lib/sse/view-path.ts";
import type { DeviceRecord } from "../../lib/store/devices.ts";
import { hashOf, type Page, sendPage } from "./answers.ts";
import { escaped } from "./html.ts";
import { type View, withDevice } from "./views.ts";

/** Where and between what a view's page is put. */
export interface Frame {
  /** HTML with `{{view-title}}`, `{{view-files}}` and `{{view-content}}`. */
  readonly html: string;
  /** The hub's path as the browser sees it. */
  readonly base: string;
}

const JS = "text/javascript; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const HTML = "text/html; charset=utf-8";

/** Null where a view has no page of this device: it is about another one, or about none. */
export function deviceOfPage({ device }: View, asked: string | null): { readonly device: string | null } | null {
  if (device === ANY_DEVICE) return { device: asked };
  return asked === null || asked === device ? { device } : null;
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

export function viewPage(frame: Frame, view: View, device: string | null): Page {
  const content = withDevice(view.html, escaped(device ?? ""));
  const about = device === null ? "" : ` device="${escaped(device)}"`;
  // A page that was left open finds that its view is another one.
  const attributes = `${about} data-version="${hashOf(view.html)}"`;
  return framed(
    frame,
    view,
    device ?? "",
    `<div class="view" data-view="${view.name}"${attributes}>\n${content}\n</div>`,
  );
}

/** The page of a view of any device: which there are. */
export function choicePage(frame: Frame, view: View, devices: readonly DeviceRecord[]): Page {
  const links = devices.map(({ device, name }) => {
    const href = `${frame.base}/v/${view.name}/${device.split("/").map(encodeURIComponent).join("/")}`;
    return `<li><a href="${escaped(href)}">${escaped(name || device)}</a></li>`;
  });
  const list = `<p>Which device?</p>\n<ul class="choice">\n${links.join("\n")}\n</ul>`;
  return framed(frame, view, "", devices.length > 0 ? list : "<p>No device has sent anything yet.</p>");
}

function framed({ html, base }: Frame, view: View, device: string, content: string): Page {
  const title = escaped(withDevice(view.title, device).trim());
  const parts: Readonly<Record<string, string>> = { title, content, files: filesOf(base, view) };
  const body = html.replace(/\{\{view-(\w+)\}\}/g, (whole, name: string) => parts[name] ?? whole);
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

/** Answers what is asked for below `/v/<view>` of a view that a flow defines. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ViewPath } from "../../lib/sse/view-path.ts";
import { sendError, sendPage } from "./answers.ts";
import type { Pages } from "./pages.ts";
import { viewLinks } from "./view-links.ts";
import { choicePage, deviceOfPage, needsDevice, sendViewFile, viewPage } from "./view-pages.ts";
import { checkSees, type View, type Views } from "./views.ts";
import { checkReads, type Visitor } from "./visitor.ts";

export interface ViewParts {
  readonly pages: Pages;
  readonly views: Views;
}

export interface ViewAsked {
  readonly visitor: Visitor;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Rejects with Forbidden where the visitor may not see it. */
export async function answerView(parts: ViewParts, path: ViewPath, asked: ViewAsked): Promise<void> {
  const { visitor, query, request, response } = asked;
  checkReads(visitor);
  const view = await parts.views.find(path.view);
  if (!view) return sendError(response, 404, "not-found", `There is no view ${path.view}.`);
  if (path.part === "page") return answerPage(parts, view, path, asked);
  checkSees(view, null, visitor);
  sendViewFile(view, path.part, query.get("v"), request, response);
}

function answerPage({ pages, views }: ViewParts, view: View, path: ViewPath, asked: ViewAsked): void {
  const { visitor, request, response } = asked;
  const about = deviceOfPage(view, path.device);
  if (about) checkSees(view, about.device, visitor);
  const { frame } = pages;
  if (!about) sendError(response, 404, "not-found", `The view ${view.name} has no page of this device.`);
  else if (!frame) sendError(response, 404, "not-built", "The pages are not built: run npm run build.");
  else {
    const { device } = about;
    const links = viewLinks(frame.base, views.list(), visitor, view.name);
    const page = needsDevice(view, device) ? choicePage(frame, view, links) : viewPage(frame, view, device, links);
    sendPage(page, false, request, response);
  }
}

/** Answers what is asked for below `/v/<view>` of a view that a flow defines. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerQuery } from "../../backends/store-queries.ts";
import type { ViewPath } from "../../lib/sse/view-path.ts";
import type { DeviceRecord } from "../../lib/store/devices.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import { sendError, sendPage } from "./answers.ts";
import type { Pages } from "./pages.ts";
import { viewLinks } from "./view-links.ts";
import { choicePage, deviceOfPage, needsDevice, sendViewFile, viewPage } from "./view-pages.ts";
import { checkSees, type View, type Views } from "./views.ts";
import { checkReads, readable, type Visitor } from "./visitor.ts";

export interface ViewParts {
  readonly store: Pick<StoreBackendNode, "backend">;
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

async function answerPage(
  { store: { backend }, pages: { frame }, views }: ViewParts,
  view: View,
  path: ViewPath,
  { visitor, request, response }: ViewAsked,
): Promise<void> {
  const about = deviceOfPage(view, path.device);
  if (!about) return sendError(response, 404, "not-found", `The view ${view.name} has no page of this device.`);
  checkSees(view, about.device, visitor);
  if (!frame) return sendError(response, 404, "not-built", "The pages are not built: run npm run build.");
  const links = viewLinks(frame.base, views.list(), visitor, view.name);
  if (!needsDevice(view, about.device)) {
    return sendPage(viewPage(frame, view, about.device, links), false, request, response);
  }
  if (!backend) return sendError(response, 503, "unavailable", "The store is not ready; /health says why.");
  const devices = (await answerQuery(backend, "devices", {}, Date.now())) as DeviceRecord[];
  sendPage(choicePage(frame, view, readable(devices, visitor), links), false, request, response);
}

/** Answers what is asked for below `/v/<view>` of a view that a flow defines. */
import type { ViewPath } from "../../lib/sse/view-path.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import { asksForPage, sendError, sendPage } from "./answers.ts";
import { isKnown } from "./device-route.ts";
import type { Pages } from "./pages.ts";
import { viewLinks } from "./view-links.ts";
import {
  choicePage,
  deviceOfPage,
  elsewherePage,
  missingPage,
  needsDevice,
  type Shown,
  sendViewFile,
  viewPage,
} from "./view-pages.ts";
import { checkSees, type View, type Views } from "./views.ts";
import { type Asked, checkReads, type Visitor } from "./visitor.ts";

interface ViewParts {
  readonly store: Pick<StoreBackendNode, "backend">;
  readonly pages: Pages;
  readonly views: Views;
}

/** Rejects with Forbidden where the visitor may not see it. */
export async function answerView(parts: ViewParts, path: ViewPath, asked: Asked): Promise<void> {
  const { visitor, query, request, response } = asked;
  checkReads(visitor);
  const view = await parts.views.find(path.view);
  const about = view && (path.part === "page" ? deviceOfPage(view, path.device) : { device: null });
  if (view) checkSees(view, about?.device ?? null, visitor);
  if (!about) answerNone(parts, view, path, asked);
  else if (path.part === "page") await answerPage(parts, view, about.device, asked);
  else sendViewFile(view, path.part, query.get("v"), request, response);
}

async function answerPage(parts: ViewParts, view: View, device: string | null, asked: Asked): Promise<void> {
  const { visitor, request, response } = asked;
  const shown = shownOf(parts, view.name, visitor);
  if (!shown) return sendError(response, 404, "not-built", "The pages are not built: run npm run build.");
  const isHeard = device === null || (await isKnown(parts.store, device, visitor));
  const page = needsDevice(view, device) ? choicePage(shown, view) : viewPage(shown, view, device, isHeard);
  sendPage(page, false, request, response);
}

/** A person gets a page that says where to go on. */
function answerNone(parts: ViewParts, view: View | null, path: ViewPath, asked: Asked): void {
  const { visitor, request, response } = asked;
  const shown = path.part === "page" && asksForPage(request) ? shownOf(parts, path.view, visitor) : null;
  if (shown) {
    const page = view ? elsewherePage(shown, view, path.device ?? "") : missingPage(shown);
    sendPage(page, false, request, response, 404);
  } else {
    const text = view ? `The view ${path.view} has no page of this device.` : `There is no view ${path.view}.`;
    sendError(response, 404, "not-found", text);
  }
}

/** Null where nothing was built. */
function shownOf({ pages: { frame }, views }: ViewParts, name: string, visitor: Visitor): Shown | null {
  if (!frame) return null;
  return { frame, name, version: views.versionOf(name), links: viewLinks(frame.base, views.list(), visitor, name) };
}

/** The pages that a connection serves: as its browser names them, or as its request says where it comes from. */
import type { IncomingMessage } from "node:http";
import type { ViewedPage } from "../../lib/sse/audience.ts";
import { readDevicePath, readViewPath } from "../../lib/sse/view-path.ts";

const MAX_PATH_LENGTH = 256;
/** Tabs of one browser that share a connection. */
const MAX_PAGES = 32;

export function viewedPages(request: IncomingMessage, query: URLSearchParams): ViewedPage[] {
  const { baseUrl = "" } = request as { baseUrl?: string };
  const told = query.has("view") ? query.getAll("view") : [refererOf(request)];
  // An empty one says that nobody looks: the connection only asks for current values.
  const paths = told.filter((path) => path?.startsWith("/") === true) as string[];
  return [...new Set(paths)].slice(0, MAX_PAGES).map((path) => pageOf(path.slice(0, MAX_PATH_LENGTH), baseUrl));
}

/** A page of this host says where it stands; what another one says is nobody's business. */
function refererOf({ headers }: IncomingMessage): string | null {
  try {
    const { host, pathname } = new URL(headers.referer ?? "");
    return host === headers.host ? pathname : null;
  } catch {
    return null;
  }
}

function pageOf(path: string, base: string): ViewedPage {
  const below = path.startsWith(`${base}/`) ? path.slice(base.length) : "";
  const view = readViewPath(below);
  if (view) return { path, view: view.view, device: view.device };
  return { path, view: null, device: readDevicePath(below) };
}

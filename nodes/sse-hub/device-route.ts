/** The default page of a device: with 404 where nobody has heard of the device, though it fills by itself when one does. */
import { answerQuery } from "../../backends/store-queries.ts";
import { readDevicePath } from "../../lib/sse/view-path.ts";
import type { DeviceRecord } from "../../lib/store/devices.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import { sendError } from "./answers.ts";
import type { Pages } from "./pages.ts";
import { viewLinks } from "./view-links.ts";
import type { Views } from "./views.ts";
import { type Asked, checkReads, readable, type Visitor } from "./visitor.ts";

interface DeviceParts {
  readonly store: Pick<StoreBackendNode, "backend">;
  readonly pages: Pages;
  readonly views: Pick<Views, "list">;
}

export function isDevicePath(path: string): boolean {
  return /^\/d\/./.test(path);
}

export async function answerDevicePage(
  { store, pages, views }: DeviceParts,
  path: string,
  { visitor, request, response }: Asked,
): Promise<void> {
  checkReads(visitor);
  const device = readDevicePath(path);
  if (device === null) return sendError(response, 404, "not-found", "A device is <network>/<address>; this is none.");
  const status = (await isKnown(store, device, visitor)) ? 200 : 404;
  const links = viewLinks(pages.base, views.list(), visitor);
  pages.send(path, { version: null, links, status }, request, response);
}

/** A visitor who may not read it is told no more than if there were none. A store that is not ready says so on the page. */
export async function isKnown({ backend }: DeviceParts["store"], device: string, visitor: Visitor): Promise<boolean> {
  if (!backend) return true;
  const records = (await answerQuery(backend, "devices", { device }, Date.now())) as DeviceRecord[];
  return readable(records, visitor).length > 0;
}

/** Where a view stands below its hub, and the topics of what is told to its pages. */
import { isDevice, quote } from "../store/ids.ts";
import { LIVE_ONLY } from "../store/topic.ts";

/** What stands in a view's fields for the device of its page's address. */
export const ANY_DEVICE = "{device}";

/** Pages of our own that stand below `/v/`. */
export const BUILT_IN: readonly string[] = ["bridge", "gallery", "mesh", "networks", "robot", "robots", "solar"];

/** No dot: `/v/<view>.js` is a file of the view. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** A page, of a device where its address names one, or one of the view's files. */
export interface ViewPath {
  readonly view: string;
  readonly part: "page" | "js" | "css";
  /** Null where there is none. */
  readonly device: string | null;
}

/** Throws RangeError. */
export function checkViewName(name: string): string {
  if (!NAME.test(name)) throw new RangeError(`"name" must be 1..64 letters, digits or _ -, got ${quote(name)}`);
  if (!BUILT_IN.includes(name.toLowerCase())) return name;
  throw new RangeError(`"name": ${name} is a page of the hub itself; the others are ${BUILT_IN.join(", ")}`);
}

/** Of `/v/<view>`, `/v/<view>/<network>/<address>`, `/v/<view>.js` and `.css`; null where it is none of these. */
export function readViewPath(path: string): ViewPath | null {
  const [, view = "", ending, rest] = /^\/v\/([A-Za-z0-9_-]{1,64})(?:\.(js|css)|\/(.*))?$/.exec(path) ?? [];
  if (view === "") return null;
  if (ending !== undefined) return { view, part: ending as "js" | "css", device: null };
  const device = deviceIn(rest ?? "");
  return device === undefined ? null : { view, part: "page", device };
}

/** The device of `/d/<network>/<address>`; null where it cannot be one. */
export function readDevicePath(path: string): string | null {
  return path.startsWith("/d/") ? (deviceIn(path.slice("/d/".length)) ?? null) : null;
}

/** Null where there is none, undefined where it cannot be one. */
function deviceIn(text: string): string | null | undefined {
  const plain = text.replace(/\/$/, "");
  if (plain === "") return null;
  try {
    const device = plain.split("/").map(decodeURIComponent).join("/");
    return isDevice(device) ? device : undefined;
  } catch {
    return undefined;
  }
}

const TOPIC = `${LIVE_ONLY}view/`;

/** The topic of what is told to all pages of a view, or to those of one device. */
export function viewTopic(view: string, device: string | null = null): string {
  return device === null ? TOPIC + view : `${TOPIC}${view}/${device}`;
}

const VERSION = "version";

/** The topic of which version of a view is served; without a name, of the hub's own pages. */
export function versionTopic(view?: string): string {
  return `${view === undefined ? `${LIVE_ONLY}hub` : viewTopic(view)}/${VERSION}`;
}

export function isVersionTopic(filter: string): boolean {
  return filter === versionTopic(readViewTopic(filter)?.view);
}

/** The view, and perhaps the device, that a filter without wildcards asks for; null where it is another topic. */
export function readViewTopic(filter: string): { readonly view: string; readonly device: string | null } | null {
  if (!filter.startsWith(TOPIC)) return null;
  const [view = "", ...rest] = filter.slice(TOPIC.length).split("/");
  const device = rest.length === 0 || (rest.length === 1 && rest[0] === VERSION) ? null : rest.join("/");
  return NAME.test(view) && (device === null || isDevice(device)) ? { view, device } : null;
}

/** Where things are: the hub's path, the addresses of its pages, and the device that a page's address names. */

/** The hub's path, known from where it serves this script: `/gatehouse` of `http://host/gatehouse/client.js?v=1`. */
export function baseOf(scriptUrl: string): string {
  return above(new URL(scriptUrl).pathname);
}

/** The same from the script of a view: `/gatehouse` of `http://host/gatehouse/v/mesh.js?v=1`. */
export function baseOfView(scriptUrl: string): string {
  return above(baseOf(scriptUrl));
}

function above(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** The page of a device, or of a view's `v/<view>`. Each level is encoded by itself, so that no device name can leave its place in the path. */
export function deviceHref(base: string, device: string, page = "d"): string {
  return `${base}/${page}/${device.split("/").map(encodeURIComponent).join("/")}`;
}

/** The device of `<base>/d/<network>/<address>`, or of a view's `<base>/v/<view>/…`; null where there is none, or no proper encoding. */
export function deviceOfPath(base: string, pathname: string, page = "d"): string | null {
  const prefix = `${base}/${page}/`;
  if (!pathname.startsWith(prefix)) return null;
  try {
    const device = pathname.slice(prefix.length).replace(/\/$/, "").split("/").map(decodeURIComponent).join("/");
    return device === "" ? null : device;
  } catch {
    return null;
  }
}

/** `after` resumes behind a known event; without it the current values come first. `browser` names who sends commands. */
export function streamUrl(
  base: string,
  topics: readonly string[],
  after: string,
  browser = "",
  views: readonly string[] = [],
): string {
  const query = new URLSearchParams([
    ...topics.map((topic) => ["topic", topic]),
    ...views.map((view) => ["view", view]),
  ]);
  if (after === "") query.set("latest", "1");
  else query.set("after", after);
  if (browser !== "") query.set("browser", browser);
  return `${base}/events?${query}`;
}

/** What a gateway tells its monitors, as a flow relays it to the hub (PROTOCOLS 2.3). */

export type Robot = Readonly<Record<string, unknown>>;

export type MonitorFrame =
  | { readonly kind: "traffic"; readonly text: string }
  | { readonly kind: "robots"; readonly robots: readonly Robot[] }
  | { readonly kind: "connection" };

/** Null where it is none, or tells of nodes: the hub itself knows more of them. */
export function readFrame(value: unknown): MonitorFrame | null {
  const frame = typeof value === "string" ? parse(value) : value;
  if (!isObject(frame)) return null;
  const { type, status, message, robots } = frame;
  if (type === "trafficLog") return { kind: "traffic", text: String(message) };
  if (status === "connectionStatus") return { kind: "connection" };
  if (status !== "robotStatus" || !Array.isArray(robots)) return null;
  return { kind: "robots", robots: robots.filter(isObject) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Robot {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

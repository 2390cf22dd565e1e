/** Reads the text that names a byte stream: a serial path, `tcp://host:port` or `sim:<name>`. */

export type DevicePath =
  | { readonly kind: "serial"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "sim"; readonly name: string };

const SIM_NAME = /^[A-Za-z0-9._:-]{1,64}$/;
const SERIAL = /^(\/|\\\\\.\\|COM\d)/;

export function parseDevicePath(text: string, option = "device"): DevicePath {
  if (text.startsWith("sim:") && SIM_NAME.test(text.slice(4))) return { kind: "sim", name: text.slice(4) };
  if (text.startsWith("tcp://")) {
    const bridge = parseBridge(text);
    if (bridge) return bridge;
  }
  if (SERIAL.test(text)) return { kind: "serial", path: text };
  throw new RangeError(`"${option}" must be a path such as /dev/ttyUSB0, tcp://host:port or sim:<name>, got ${text}`);
}

function parseBridge(text: string): DevicePath | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const port = Number(url.port);
  const bare = (url.pathname === "" || url.pathname === "/") && url.search === "" && url.username === "";
  // An IPv6 address stands in brackets in a URL, not in a socket's options.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return host !== "" && port > 0 && bare ? { kind: "tcp", host, port } : null;
}

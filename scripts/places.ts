/** What `npm start` says is to be opened, and where: as far as the flows that run hold it. */

/** One line: what, where, and text that the flows hold where it is there. */
type Place = readonly [what: string, where: string, needs?: string];

/** How the flows name the node that serves the pages. */
export const HUB = '"gh-sse-hub"';

/**
 * Field ports: the flow files that they need, what, where. A name in capitals is the variable of a port; the first of a line
 * must be in the flows. Robots wait in the gateway's store: a relay alone has none for its robot relays.
 */
const PORTS: readonly (readonly [files: string, what: string, address: string])[] = [
  ["gateway", "Mesh clients", "tcp://:GATEHOUSE_MESH_PORT  ws://:GATEHOUSE_MESH_WS_PORT"],
  ["gateway", "Mesh monitor", "ws://:GATEHOUSE_MONITOR_PORT"],
  ["gateway", "Controller board", "udp://:GATEHOUSE_BOARD_PORT"],
  ["gateway", "UDP relays", "udp://:GATEHOUSE_HANDSHAKE_PORT, data from GATEHOUSE_POOL"],
  ["gateway", "Robots' server", "tcp://:GATEHOUSE_BOT_PORT"],
  ["gateway", "Device bridge", "tcp://:GATEHOUSE_DEVICE_PORT"],
  ["gateway relay", "Robot relay", "tcp://:GATEHOUSE_RELAY_PORT  ws://:GATEHOUSE_RELAY_WS_PORT"],
  ["relay", "Hub", "ws://:GATEHOUSE_HUB_PORT"],
];

/** What runs: the text of its flows (a user's own may hold less than the shipped ones), and which files they came from. */
export interface Running {
  readonly flows: string;
  readonly serves: (name: string) => boolean;
  /** Of the editor and the pages, without a slash at the end. */
  readonly origin: string;
  readonly env: NodeJS.ProcessEnv;
}

export function placesOf(running: Running): Place[] {
  const places: Place[] = [["Editor", `${running.origin}/`]];
  if (running.serves("relay")) places.push(...pages(running));
  if (running.serves("gateway")) places.push(["Mesh serial line", describeUart(running.env), "GATEHOUSE_UART"]);
  places.push(...ports(running));
  return places.filter(([, , needs = ""]) => running.flows.includes(needs));
}

function* pages({ serves, origin }: Running): Iterable<Place> {
  const base = `${origin}/gatehouse`;
  yield ["Devices", `${base}/`, HUB];
  if (serves("dashboard")) yield ["Mesh monitor page", `${base}/v/mesh`, HUB];
  // A relay alone has the values of another gateway, and nothing of its own.
  yield ["Solar and weather", `${base}/v/solar${serves("gateway") ? "" : "/solar-relay/board"}`, HUB];
  if (serves("gateway")) {
    yield ["Robots", `${base}/v/robots`, HUB];
    if (serves("dashboard")) yield ["Bridge page", `${base}/v/bridge`, HUB];
    if (serves("dashboard")) yield ["Weather stations", `${base}/v/weather  ${base}/v/weather/site/weather-1`, HUB];
    yield ["One device", `${base}/d/mesh/1`, HUB];
  }
  const stream = serves("gateway") ? "events?topic=mesh/%2B/GPS&latest=1" : "elements?topic=solar-relay/%23";
  yield ["Event stream", `curl -N '${base}/${stream}'`, HUB];
  yield ["Health, metrics", `${base}/health  ${base}/metrics`, HUB];
}

function ports({ env, serves }: Running): Place[] {
  const host = reachable(env.GATEHOUSE_LISTEN!);
  const served = PORTS.filter(([files]) => files.split(" ").every(serves));
  return served.map(([, what, address]) => {
    const where = address.replaceAll("//:", `//${host}:`).replaceAll(/GATEHOUSE_\w+/g, (name) => env[name]!);
    return [what, where, `\${${/GATEHOUSE_\w+/.exec(address)![0]}}`];
  });
}

function describeUart(env: NodeJS.ProcessEnv): string {
  const uart = env.GATEHOUSE_UART!;
  const simulated = uart.startsWith("sim:") && env.GATEHOUSE_SIMULATE !== "0";
  return `${uart}${simulated ? " (simulated devices)" : ""}, set GATEHOUSE_UART=/dev/ttyUSB0 for your own`;
}

/** How this machine itself reaches an address that is listened on. */
export function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

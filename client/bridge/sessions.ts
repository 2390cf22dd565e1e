/** The nodes that speak with devices, gateways, browsers and hubs: who is connected to each, and what was said. */
import { find, h } from "../dom.ts";
import { type Metric, ofName, sumOf } from "../metrics.ts";

export interface AckNode {
  readonly name: string;
  readonly isServer: boolean;
  readonly peers: number;
  readonly received: number;
  readonly written: number;
}

export interface Bridge {
  readonly nodes: readonly AckNode[];
  /** By devices, each message once. */
  readonly fromDevices: number;
  readonly toBrowsers: number;
}

/** Of one network. */
export function bridgeIn(all: readonly Metric[], network: string): Bridge {
  const metrics = all.filter(({ labels }) => labels.network === network);
  const received = (from: string) =>
    sumOf(
      metrics.filter(({ labels }) => labels.from === from),
      "gatehouse_ack_received_total",
    );
  const nodes = ofName(metrics, "gatehouse_ack_peers").map((metric) => nodeOf(metric, metrics));
  // What a gateway of this process tells its hub here was counted as its devices said it.
  const isOwnHub = nodes.some(({ isServer, peers }) => !isServer && peers > 0);
  const toBrowsers = metrics.filter(({ labels }) => labels.to === "browser");
  return {
    nodes,
    fromDevices: received("device") + (isOwnHub ? 0 : received("gateway")),
    toBrowsers: sumOf(toBrowsers, "gatehouse_router_sent_total"),
  };
}

function nodeOf({ labels: { where = "", role }, value: peers }: Metric, metrics: readonly Metric[]): AckNode {
  const own = metrics.filter(({ labels }) => labels.where === where);
  return {
    name: where.replace(/^ack-session:/, ""),
    isServer: role === "server",
    peers,
    received: sumOf(own, "gatehouse_ack_received_total"),
    written: sumOf(own, "gatehouse_ack_written_total"),
  };
}

export function showNodes(nodes: readonly AckNode[]): void {
  const amount = (number: number) => h("td", { class: "amount" }, String(number));
  const rows = nodes.map(({ name, peers, received, written }) =>
    h("tr", {}, h("th", { scope: "row" }, name), amount(peers), amount(received), amount(written)),
  );
  find(".endpoints tbody").replaceChildren(...rows);
  find(".endpoints").hidden = rows.length === 0;
  find(".endpoints-none").hidden = rows.length > 0;
}

/** The figures at the top: serial line, client programs, nodes, frames, drops. */
import type { DeviceStatus } from "../../lib/store/devices.ts";
import { find, setAttribute, setText } from "../dom.ts";
import { formatNumber } from "../format.ts";
import { type Metric, ofName, sumOf } from "../metrics.ts";
import type { Drop } from "./drop-table.ts";
import { rateMeter } from "./rate.ts";

/** What a tile says of itself beside its words. */
type Mood = "good" | "warn" | "bad" | "none";

export interface Tiles {
  nodes(statuses: readonly DeviceStatus[]): void;
  metrics(metrics: readonly Metric[], at: number): void;
  drops(drops: readonly Drop[]): void;
}

export function tiles(): Tiles {
  const rateOf = rateMeter();
  return {
    nodes: (statuses) => showStatuses("nodes", statuses),
    metrics(metrics, at) {
      showSerial(metrics);
      showClients(metrics);
      const frames = sumOf(metrics, "gatehouse_uart_frames_total");
      showRate("frames", rateOf(frames, at), frames);
    },
    drops: showDrops,
  };
}

/** What was lost; what is ordinary stands in the table alone. */
export function showDrops(drops: readonly Drop[]): void {
  const losses = drops.filter(({ ordinary }) => ordinary === null);
  const [count, recent] = [sum(losses, "count"), sum(losses, "recent")];
  const since = recent === 0 ? "none since this page opened" : `${recent} since this page opened`;
  showTile("drops", String(count), since, recent > 0 ? "warn" : "none");
}

export function showRate(name: string, rate: number | null, count: number): void {
  const figure = rate === null ? "–" : `${formatNumber(rate, rate < 100 ? 1 : 0)} per second`;
  showTile(name, figure, `${count} in all`, "none");
}

/** How many of the devices are well, in the tile of a name. */
export function showStatuses(name: string, statuses: readonly DeviceStatus[]): void {
  const count = (status: DeviceStatus) => statuses.filter((one) => one === status).length;
  const [active, stale, gone] = [count("active"), count("stale"), count("disconnected")];
  const mood = gone > 0 ? "bad" : stale > 0 ? "warn" : active > 0 ? "good" : "none";
  showTile(name, `${active} of ${active + stale + gone} active`, restOf(stale, gone), mood);
}

function restOf(stale: number, gone: number): string {
  if (stale + gone === 0) return "all heard of lately";
  return [stale > 0 ? `${stale} stale` : "", gone > 0 ? `${gone} disconnected` : ""].filter(Boolean).join(", ");
}

function showSerial(metrics: readonly Metric[]): void {
  const ports = ofName(metrics, "gatehouse_uart_open");
  const closed = ports.filter(({ value }) => value === 0);
  const names = (some: readonly Metric[]) => some.map(({ labels }) => labels.port ?? "").join(", ");
  if (ports.length === 0) showTile("serial", "None", "no serial port in the flow", "none");
  else if (closed.length === 0) showTile("serial", "Open", names(ports), "good");
  else showTile("serial", "Closed", names(closed), "bad");
}

function showClients(metrics: readonly Metric[]): void {
  const hasApi = ofName(metrics, "gatehouse_api_listeners").length > 0;
  const listening = sumOf(metrics, "gatehouse_api_listeners");
  const requests = sumOf(metrics, "gatehouse_api_requests_total");
  if (!hasApi) showTile("clients", "None", "no client API in the flow", "none");
  else showTile("clients", `${listening} listening`, `${requests} requests so far`, listening > 0 ? "good" : "none");
}

function sum(drops: readonly Drop[], field: "count" | "recent"): number {
  return drops.reduce((total, drop) => total + drop[field], 0);
}

/** Puts a figure into the tile of its name. */
export function showTile(name: string, figure: string, detail: string, mood: Mood): void {
  const tile = find(`[data-tile="${name}"]`);
  setAttribute(tile, "data-mood", mood);
  setText(tile.querySelector(".figure")!, figure);
  setText(tile.querySelector(".detail")!, detail);
}

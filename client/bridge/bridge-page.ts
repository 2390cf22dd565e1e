/** The page of the device bridge: devices that are acknowledged, what they say, and their connections. */
import { LIVE_ONLY } from "../../lib/store/topic.ts";
import { fetchDevices } from "../api.ts";
import { DeviceList, linksOf, statusAt } from "../device-list.ts";
import { find } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { openPart, type Part } from "../live-part.ts";
import { Drops, showDropTable } from "../mesh/drop-table.ts";
import { rateMeter } from "../mesh/rate.ts";
import { showRate, showStatuses, showTile } from "../mesh/tiles.ts";
import { fetchMetrics, type Metric } from "../metrics.ts";
import { pageSource } from "../shared.ts";
import { endpointsIn, showEndpoints } from "./endpoints.ts";

/** Counters are asked for so often. */
const LOOK_MS = 2_000;
/** The nodes that have to do with sessions. */
const OURS = /^(session|ack-session|device-router|gh-)/;

export function openBridgePage(network: string): void {
  const list = new DeviceList();
  const drops = new Drops();
  const rateOf = rateMeter();

  find("gh-devices").setAttribute("network", network);
  find("gh-log").setAttribute("type", `${network}/+/+`);
  openPart({
    host: document.body,
    topics: [`${network}/#`, ...linksOf(network)],
    load,
    reading,
    tick,
  });
  setInterval(() => document.hidden || void look(), LOOK_MS);

  async function load(): Promise<void> {
    list.replace((await fetchDevices(pageSource().base)).filter((record) => record.network === network));
    find(".content").replaceChildren();
    find(".board").hidden = false;
    await look();
  }

  function reading(one: LiveReading): void {
    if (one.device.startsWith(LIVE_ONLY)) list.link(one);
    else list.receive(one);
  }

  function tick(part: Part): void {
    const now = part.judgedAt();
    showStatuses(
      "devices",
      [...list.devices.values()].map((known) => statusAt(known, now)),
    );
  }

  /** Where a question fails the page still has what it had: the stream says whether the hub is there. */
  async function look(): Promise<void> {
    const metrics = await fetchMetrics(pageSource().base).catch(() => null);
    if (metrics) show(metrics, performance.now());
  }

  function show(metrics: readonly Metric[], at: number): void {
    const endpoints = endpointsIn(metrics);
    const sum = (field: "open" | "received" | "waiting") => endpoints.reduce((total, one) => total + one[field], 0);
    showTile("open", String(sum("open")), `on ${endpoints.length} endpoints`, "none");
    showRate("messages", rateOf(sum("received"), at), sum("received"));
    showTile("waiting", String(sum("waiting")), "on all connections", sum("waiting") > 0 ? "warn" : "none");
    showEndpoints(endpoints);
    const own = drops.read(metrics).filter(({ where }) => OURS.test(where));
    const recent = own.reduce((total, one) => total + one.recent, 0);
    const all = own.reduce((total, one) => total + one.count, 0);
    const words = recent === 0 ? "none since this page opened" : `${recent} since this page opened`;
    showTile("drops", String(all), words, recent > 0 ? "warn" : "none");
    showDropTable(own);
  }
}

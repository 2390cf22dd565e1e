/** The page of the device bridge: devices that are acknowledged, what they say, and their connections. */
import { LIVE_ONLY } from "../../lib/store/topic.ts";
import { fetchDevices } from "../api.ts";
import { DeviceList, linksOf, statusAt } from "../device-list.ts";
import { find } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { openPart, type Part } from "../live-part.ts";
import { showBoard } from "../mesh/board.ts";
import { Drops, showDropTable } from "../mesh/drop-table.ts";
import { rateMeter } from "../mesh/rate.ts";
import { showDrops, showRate, showStatuses, showTile } from "../mesh/tiles.ts";
import { fetchMetrics, type Metric } from "../metrics.ts";
import { pageSource } from "../shared.ts";
import { bridgeIn, showNodes } from "./sessions.ts";

/** Counters are asked for so often. */
const LOOK_MS = 2_000;
/** The nodes of a bridge. */
const OURS = /^(ack-session|device-router):/;

export function openBridgePage(network: string): void {
  const list = new DeviceList();
  const drops = new Drops();
  const [fromDevices, toBrowsers] = [rateMeter(), rateMeter()];

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
    await look();
    showBoard();
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
    const bridge = bridgeIn(metrics, network);
    const count = (some: typeof bridge.nodes) => some.reduce((total, { peers }) => total + peers, 0);
    const hubs = count(bridge.nodes.filter(({ isServer }) => !isServer));
    showTile("open", String(count(bridge.nodes) - hubs), `and ${hubs} to hubs`, "none");
    showRate("messages", fromDevices(bridge.fromDevices, at), bridge.fromDevices);
    showRate("told", toBrowsers(bridge.toBrowsers, at), bridge.toBrowsers);
    showNodes(bridge.nodes);
    const own = drops.read(metrics).filter(({ where }) => OURS.test(where));
    showDrops(own);
    showDropTable(own);
  }
}

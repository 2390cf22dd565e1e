/** The overview: of each network how many devices are well, what they say a second, and who looks on. */
import { compareDevices, type DeviceStatus } from "../lib/store/devices.ts";
import { LIVE_ONLY, networkOf } from "../lib/store/topic.ts";
import { fetchDevices } from "./api.ts";
import { DeviceList, linksOf, statusAt } from "./device-list.ts";
import { find, h, insertSorted, setAttribute, setText } from "./dom.ts";
import type { LiveReading } from "./event-stream.ts";
import { formatAge, formatNumber } from "./format.ts";
import { openPart, type Part } from "./live-part.ts";
import { fetchBrowsers, showBrowsers } from "./mesh/browser-table.ts";

/** Browsers are asked for every so many seconds. */
const LOOK_EVERY = 3;
/** Readings a second are a mean of so many seconds. */
const MEAN_OF = 10;

interface Network {
  readonly element: HTMLElement;
  readonly places: Readonly<Record<string, HTMLElement>>;
  /** Readings in each of the last seconds. */
  readonly seconds: number[];
  now: number;
}

const FIGURES = ["devices", "active", "stale", "disconnected", "readings a second", "last heard"] as const;

export function openNetworksPage(base: string): void {
  const list = new DeviceList();
  const networks = new Map<string, Network>();
  const grid = h("div", { class: "cards" });
  let ticks = 0;

  openPart({
    host: document.body,
    topics: ["#", ...linksOf()],
    async load() {
      list.replace(await fetchDevices(base));
      for (const { network } of list.devices.values()) ensure(network);
      if (!grid.isConnected) find(".content").replaceChildren(grid);
    },
    reading(reading: LiveReading) {
      if (reading.device.startsWith(LIVE_ONLY)) list.link(reading);
      else if (list.receive(reading)) ensure(networkOf(reading.device)).now++;
    },
    tick,
  });

  function ensure(name: string): Network {
    let network = networks.get(name);
    if (network) return network;
    network = makeNetwork(base, name);
    networks.set(name, network);
    insertSorted(grid, network.element, (a, b) => compareDevices(a.dataset.network!, b.dataset.network!));
    return network;
  }

  function tick(part: Part): void {
    if (!document.body.dataset.loaded) return;
    if (ticks++ % LOOK_EVERY === 0 && !document.hidden) void browsers(base);
    const counts = countAll(list, part.judgedAt());
    for (const name of counts.keys()) ensure(name);
    for (const [name, network] of networks) {
      const count = counts.get(name);
      if (count) show(network, count, part.judgedAt());
      else if (networks.delete(name)) network.element.remove();
    }
    find(".empty").hidden = counts.size > 0;
  }
}

interface Count {
  readonly statuses: Record<DeviceStatus, number>;
  lastSeen: number;
}

function countAll(list: DeviceList, now: number): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const known of list.devices.values()) {
    const count = counts.get(known.network) ?? { statuses: { active: 0, stale: 0, disconnected: 0 }, lastSeen: 0 };
    count.statuses[statusAt(known, now)]++;
    count.lastSeen = Math.max(count.lastSeen, known.lastSeen);
    counts.set(known.network, count);
  }
  return counts;
}

function makeNetwork(base: string, name: string): Network {
  const places = Object.fromEntries(FIGURES.map((figure) => [figure, h("dd", {}, "–")]));
  const rows = FIGURES.map((figure) => h("div", {}, h("dt", {}, figure), places[figure]!));
  const link = h("a", { href: `${base}/?q=${encodeURIComponent(`${name}/`)}` }, name);
  const element = h("section", { class: "card", "data-network": name }, h("header", {}, h("h2", {}, link)));
  element.append(h("dl", { class: "fields" }, ...rows));
  return { element, places, seconds: [], now: 0 };
}

function show(network: Network, { statuses, lastSeen }: Count, now: number): void {
  network.seconds.push(network.now);
  network.now = 0;
  if (network.seconds.length > MEAN_OF) network.seconds.shift();
  const rate = network.seconds.reduce((sum, count) => sum + count, 0) / network.seconds.length;
  const { active, stale, disconnected } = statuses;
  const figures: Record<(typeof FIGURES)[number], string> = {
    devices: String(active + stale + disconnected),
    active: String(active),
    stale: String(stale),
    disconnected: String(disconnected),
    "readings a second": formatNumber(rate, 1),
    "last heard": formatAge(now - lastSeen),
  };
  for (const name of FIGURES) setText(network.places[name]!, figures[name]);
  const mood = disconnected > 0 ? "disconnected" : stale > 0 ? "stale" : "active";
  setAttribute(network.element, "data-mood", mood);
}

/** A hub that tells of none shows none; where it fails, what stands there stays. */
async function browsers(base: string): Promise<void> {
  const known = await fetchBrowsers(base).catch(() => null);
  find("#browsers").hidden = known === null;
  if (known) showBrowsers(find("#browsers tbody"), known);
}

/** The monitoring page of a mesh: nodes, traffic, robots, connections and drops, live. */
import { elementOfType } from "../../lib/records/element-names.ts";
import { LIVE_ONLY } from "../../lib/store/topic.ts";
import { fetchDevices, serverNow } from "../api.ts";
import { DeviceList, statusAt } from "../device-list.ts";
import { find, onFrame } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { formatValue } from "../format.ts";
import { openPart, type Part } from "../live-part.ts";
import { fetchMetrics, type Metric } from "../metrics.ts";
import { showBoard } from "./board.ts";
import { fetchBrowsers, showBrowsers } from "./browser-table.ts";
import { Drops, showDropTable } from "./drop-table.ts";
import { readFrame } from "./monitor-frame.ts";
import { readable } from "./readable.ts";
import { showRobots } from "./robot-list.ts";
import { tiles } from "./tiles.ts";
import { trafficView } from "./traffic-view.ts";

/** Counters are asked for so often. */
const LOOK_MS = 2_000;
const FRESH_MS = 10_000;

export function openMeshPage(base: string, network: string): void {
  new MeshPage(base, network);
}

class MeshPage {
  readonly #base: string;
  readonly #network: string;
  readonly #list = new DeviceList();
  readonly #traffic = trafficView();
  readonly #tiles = tiles();
  readonly #drops = new Drops();
  readonly #part: Part;
  readonly #draw = onFrame(() => this.#render());

  constructor(base: string, network: string) {
    this.#base = base;
    this.#network = network;
    find("gh-devices").setAttribute("network", network);
    find<HTMLInputElement>("#traffic-filter").placeholder = `Filter: ${network}/1, type, address`;
    this.#part = openPart({
      host: document.body,
      topics: [`${network}/#`, `${LIVE_ONLY}${network}/#`],
      load: () => this.#load(),
      reading: (reading) => this.#receive(reading),
      tick: () => this.#draw(),
    });
    setInterval(() => document.hidden || void this.#look(), LOOK_MS);
  }

  async #load(): Promise<void> {
    const records = await fetchDevices(this.#base);
    this.#list.replace(records.filter(({ network }) => network === this.#network));
    await this.#look();
    showBoard();
    this.#traffic.draw();
    this.#draw();
  }

  /** Where a question fails the page still has what it had: the stream says whether the hub is there. */
  async #look(): Promise<void> {
    const nothing = () => null;
    const [metrics, browsers] = await Promise.all([
      fetchMetrics(this.#base).catch(nothing),
      fetchBrowsers(this.#base).catch(nothing),
    ]);
    if (metrics) this.#showCounters(metrics);
    find("#browsers").hidden = browsers === null;
    showBrowsers(find("#browsers tbody"), browsers ?? []);
  }

  #showCounters(metrics: readonly Metric[]): void {
    const drops = this.#drops.read(metrics);
    this.#tiles.metrics(metrics, performance.now());
    this.#tiles.drops(drops);
    showDropTable(drops);
  }

  #receive(reading: LiveReading): void {
    if (reading.type === "reset" && reading.device.startsWith(LIVE_ONLY)) {
      this.#list.link(reading);
      this.#draw();
    } else if (reading.device.startsWith(LIVE_ONLY)) this.#monitor(reading);
    else if (this.#list.receive(reading)) {
      if (isFresh(reading)) this.#traffic.add(lineOf(reading), reading.time);
      this.#draw();
    }
  }

  #monitor({ value, time }: LiveReading): void {
    const frame = readFrame(value);
    if (frame?.kind === "traffic") this.#tell(frame.text, time);
    else if (frame?.kind === "robots") {
      showRobots(find(".robots"), frame.robots);
      find(".robots-none").hidden = frame.robots.length > 0;
    } else if (frame?.kind === "connection") void this.#look();
  }

  /**
   * What comes from nodes their readings tell better, with values instead of bytes. Monitors on a WebSocket know nodes by
   * their numbers alone; here each has the name that all pages give it.
   */
  #tell(line: string, time: number): void {
    if (line.startsWith("uart in: ")) return;
    const isOfBytes = /^(uart|client) /.test(line);
    const text = isOfBytes ? readable(line.replace(/^(uart out: )Node-(?=\d)/, `$1${this.#network}/`)) : line;
    this.#traffic.add(text, time);
  }

  #render(): void {
    if (!document.body.dataset.loaded) return;
    const now = this.#part.judgedAt();
    this.#tiles.nodes([...this.#list.devices.values()].map((known) => statusAt(known, now)));
  }
}

/** What a node said long ago comes first, as its present value. */
function isFresh({ time }: LiveReading): boolean {
  return serverNow() - time < FRESH_MS;
}

function lineOf({ device, type, value }: LiveReading): string {
  return `uart in: ${device} ${elementOfType(type)} ${formatValue(value, 200)}`;
}

/** The competition's screen: all robots side by side, those that are connected first. */
import { compareDevices, type DeviceStatus } from "../../lib/store/devices.ts";
import { networkOf } from "../../lib/store/topic.ts";
import { announce } from "../announce.ts";
import { fetchDevices } from "../api.ts";
import { addressOf, DeviceList, type KnownDevice, statusAt } from "../device-list.ts";
import { settle } from "../devices/settle.ts";
import { find, h, insertSorted, onFrame, setText } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { openPart, type Part } from "../live-part.ts";
import { deviceHref } from "../paths.ts";
import { pageSource } from "../shared.ts";
import { GAME_DEVICE, gameState } from "./game-state.ts";
import { RobotPanel, robotName } from "./robot-panel.ts";

const NETWORK = "robot";
const QUEUES = "queue";

interface Column {
  readonly element: HTMLElement;
  readonly panel: RobotPanel;
  readonly link: HTMLElement;
}

export function openRobotsPage(): void {
  new RobotsPage();
}

class RobotsPage {
  readonly #list = new DeviceList();
  readonly #game = gameState();
  readonly #columns = new Map<string, Column>();
  readonly #present = h("div", { class: "robots" });
  readonly #absent = h("p", { class: "absent" });
  readonly #part: Part;
  readonly #draw = onFrame(() => this.#render());

  constructor() {
    find(".title").append(this.#game.mark);
    find(".top").append(this.#game.banner);
    this.#part = openPart({
      host: document.body,
      topics: [`${NETWORK}/#`, `${QUEUES}/#`, `${GAME_DEVICE}/+`],
      load: () => this.#load(),
      reading: (reading) => this.#receive(reading),
      tick: () => this.#tick(),
    });
  }

  async #load(): Promise<void> {
    const records = await fetchDevices(pageSource().base);
    this.#list.replace(records.filter(({ network }) => network === NETWORK));
    for (const known of this.#list.devices.values()) this.#ensureColumn(known);
    for (const { device, types } of records) {
      for (const [type, { value }] of Object.entries(types)) this.#tell(device, { type, value });
    }
    if (!this.#present.isConnected) {
      find(".content").replaceChildren(this.#present, this.#absent);
      settle(this.#present);
    }
    this.#draw();
  }

  #tell(device: string, reading: Pick<LiveReading, "type" | "value">): void {
    if (device === GAME_DEVICE) this.#game.receive(reading);
    if (networkOf(device) !== QUEUES) return;
    this.#columns.get(`${NETWORK}${device.slice(QUEUES.length)}`)?.panel.queue.receive(reading);
  }

  #receive(reading: LiveReading): void {
    this.#tell(reading.device, reading);
    if (networkOf(reading.device) !== NETWORK) return;
    const known = this.#list.receive(reading);
    if (!known) return;
    this.#ensureColumn(known);
    this.#draw();
  }

  #ensureColumn(known: KnownDevice): Column {
    let column = this.#columns.get(known.device);
    if (column) return column;
    const panel = new RobotPanel(known.device, 2);
    const link = h("a", { href: deviceHref(pageSource().base, known.device, "v/robot") });
    const head = h("header", {}, h("h2", {}, link), panel.mark.element, panel.side, panel.age);
    const element = h(
      "section",
      { class: "robot", "data-device": known.device },
      head,
      panel.queue.element,
      panel.cards,
    );
    column = { element, panel, link };
    this.#columns.set(known.device, column);
    insertSorted(this.#present, element, (a, b) => compareDevices(a.dataset.device!, b.dataset.device!));
    return column;
  }

  #render(): void {
    if (!document.body.dataset.loaded) return;
    find(".empty").hidden = this.#columns.size > 0;
    this.#tick();
  }

  #tick(): void {
    const absent: string[] = [];
    const changes: string[] = [];
    for (const known of this.#list.devices.values()) {
      const column = this.#columns.get(known.device);
      if (!column) continue;
      const status = statusAt(known, this.#part.judgedAt());
      setText(column.link, robotName(known));
      column.panel.tick(known, status, this.#game.sideOf(addressOf(known)));
      if (this.#turn(column.element, status)) changes.push(`${robotName(known)} is ${status}`);
      if (status === "disconnected") absent.push(robotName(known));
    }
    setText(this.#absent, absent.length > 0 ? `Not connected: ${absent.join(", ")}` : "");
    if (changes.length > 0) announce(changes.join(", "));
  }

  /** Whoever is gone makes room on the screen. True where the status is another than before. */
  #turn(element: HTMLElement, status: DeviceStatus): boolean {
    const before = element.dataset.status;
    element.dataset.status = status;
    element.hidden = status === "disconnected";
    return before !== undefined && before !== status;
  }
}

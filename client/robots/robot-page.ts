/** The page of one robot: announcements on top, its queue, and its fields as they come. */
import type { DeviceStatus } from "../../lib/store/devices.ts";
import { announce } from "../announce.ts";
import { fetchDevices } from "../api.ts";
import { addressOf, DeviceList, statusAt } from "../device-list.ts";
import { find, onFrame, setText } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { openPart, type Part } from "../live-part.ts";
import { pageSource } from "../shared.ts";
import { GAME_DEVICE, gameState } from "./game-state.ts";
import { RobotPanel, robotName } from "./robot-panel.ts";

export function openRobotPage(device: string): void {
  new RobotPage(device);
}

class RobotPage {
  readonly #device: string;
  readonly #queueDevice: string;
  readonly #list = new DeviceList();
  readonly #game = gameState();
  readonly #panel: RobotPanel;
  readonly #part: Part;
  #status: DeviceStatus | null = null;
  readonly #draw = onFrame(() => this.#render());

  constructor(device: string) {
    this.#device = device;
    this.#queueDevice = `queue/${device.slice(device.indexOf("/") + 1)}`;
    this.#panel = new RobotPanel(device, 1);
    this.#showName(device.slice(device.indexOf("/") + 1));
    const { mark, side, age, queue } = this.#panel;
    find(".title").append(mark.element, side, age, this.#game.mark);
    find(".top").append(this.#game.banner, queue.element);
    this.#part = openPart({
      host: document.body,
      topics: [`${device}/+`, `${this.#queueDevice}/+`, `${GAME_DEVICE}/+`],
      load: () => this.#load(),
      reading: (reading) => this.#receive(reading),
      tick: () => this.#tick(),
    });
  }

  #showName(name: string): void {
    setText(find("h1"), name);
    document.title = `${name} · Robots · Gatehouse`;
  }

  async #load(): Promise<void> {
    const records = await fetchDevices(pageSource().base);
    this.#list.replace(records.filter(({ device }) => device === this.#device));
    for (const { device, types } of records) {
      for (const [type, { value }] of Object.entries(types)) this.#tell(device, { type, value });
    }
    // Only once: what is put in its place anew begins anew.
    if (!this.#panel.cards.isConnected) find(".content").replaceChildren(this.#panel.cards);
    this.#draw();
  }

  /** False where it is the robot's own. */
  #tell(device: string, reading: Pick<LiveReading, "type" | "value">): boolean {
    if (device === GAME_DEVICE) this.#game.receive(reading);
    else if (device === this.#queueDevice) this.#panel.queue.receive(reading);
    else return false;
    return true;
  }

  #receive(reading: LiveReading): void {
    if (this.#tell(reading.device, reading) || reading.device !== this.#device) return;
    if (this.#list.receive(reading)) this.#draw();
  }

  #render(): void {
    if (!document.body.dataset.loaded) return;
    const known = this.#list.devices.get(this.#device);
    if (known) this.#showName(robotName(known));
    find(".empty").hidden = known !== undefined;
    this.#tick();
  }

  #tick(): void {
    const known = this.#list.devices.get(this.#device);
    if (!known) return;
    const status = statusAt(known, this.#part.judgedAt());
    this.#panel.tick(known, status, this.#game.sideOf(addressOf(known)));
    if (this.#status !== null && this.#status !== status) {
      announce(`${robotName(known)} is ${status}`);
    }
    this.#status = status;
  }
}

/** One robot: its name, status and queue, and its fields as components. */

import type { DeviceStatus } from "../../lib/store/devices.ts";
import { addressOf, type KnownDevice } from "../device-list.ts";
import { showAge } from "../devices/age.ts";
import { component } from "../devices/component.ts";
import { statusMark } from "../devices/device-row.ts";
import { h, setText } from "../dom.ts";
import { queueState } from "./queue-state.ts";

export class RobotPanel {
  readonly queue = queueState();
  readonly cards: HTMLElement;
  readonly age = h("time", { class: "age" });
  readonly side = h("span", { class: "side" });
  readonly mark = statusMark();

  /** `level` is that of its name's heading. */
  constructor(device: string, level: number) {
    this.cards = component("gh-device", { device, cards: "", level: String(level) });
  }

  tick(known: KnownDevice, status: DeviceStatus, side: string): void {
    this.mark.show(status);
    showAge(this.age, known.lastSeen);
    setText(this.side, side === "" ? "" : `${side} side`);
  }
}

/** `benbot` of `robot/benbot`. */
export function robotName(known: KnownDevice): string {
  return known.name ?? addressOf(known);
}

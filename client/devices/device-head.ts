/** Who a device is: its name and status, and what is known of it. */
import type { DeviceStatus } from "../../lib/store/devices.ts";
import { addressOf, type KnownDevice, titleOf } from "../device-list.ts";
import { h, setText } from "../dom.ts";
import { formatTime } from "../format.ts";
import { showAge } from "./age.ts";
import { statusMark } from "./device-row.ts";
import { headingOf } from "./list-frame.ts";

export interface DeviceHead {
  readonly elements: readonly HTMLElement[];
  show(known: KnownDevice): void;
  tick(known: KnownDevice, status: DeviceStatus): void;
  /** The server no longer knows it. */
  forget(): void;
}

/** Where the page is about the device, its name is the page's title too. */
export function deviceHead(device: string, level: number, isPage: boolean): DeviceHead {
  const [heading, mark, lastSeen] = [headingOf(level), statusMark(), h("time", { class: "age" })];
  const list = h("dl", { class: "facts" });
  let shown = "";
  const showName = (name: string) => {
    setText(heading, name);
    if (isPage) document.title = `${name} · Gatehouse`;
  };
  showName(device);
  return {
    elements: [h("div", { class: "title" }, heading, mark.element), list],
    show(known) {
      showName(titleOf(known));
      const facts = factsOf(known);
      const text = JSON.stringify(facts);
      if (text === shown) return;
      shown = text;
      const rows = facts.map(([name, value]) => fact(name, value));
      list.replaceChildren(fact("Last seen", lastSeen), ...rows);
    },
    tick(known, status) {
      mark.show(status);
      showAge(lastSeen, known.lastSeen);
    },
    forget: () => mark.show("disconnected"),
  };
}

function fact(name: string, value: Node | string): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function factsOf(known: KnownDevice): [string, string][] {
  return [
    ["Network", known.network],
    ["Address", addressOf(known)],
    ["First seen", formatTime(known.firstSeen, Date.now())],
    ...(known.uuid ? [["UUID", known.uuid] as [string, string]] : []),
    ...Object.entries(known.labels),
  ];
}

/** One device in the list: its name, status, age and newest values. */
import { elementOfType } from "../../lib/records/element-names.ts";
import type { DeviceStatus } from "../../lib/store/devices.ts";
import { type KnownDevice, sortedTypes, titleOf } from "../device-list.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { cut, decimalsOf, formatNumber, formatValue } from "../format.ts";
import { soleNumber } from "../values.ts";
import { showAge } from "./age.ts";
import { headingOf } from "./list-frame.ts";

export interface DeviceRow {
  readonly element: HTMLElement;
  update(known: KnownDevice): void;
  tick(known: KnownDevice, status: DeviceStatus): void;
}

/** Values of one row; the rest is a number. They keep their places, so they are the first by name, not the newest. */
const SHOWN_TYPES = 4;

export function deviceRow(level: number, device: string, href: string): DeviceRow {
  const link = h("a", { href });
  const below = h("p", { class: "below" });
  const status = statusMark();
  const age = h("time", { class: "age" });
  const values = h("dl", { class: "values" });
  const showValues = valuesIn(values);
  const name = h("div", { class: "who" }, headingOf(level, link), below);
  const element = h("li", { class: "device", "data-device": device }, name, status.element, age, values);
  return {
    element,
    update(device) {
      setText(link, titleOf(device));
      setText(below, belowName(device));
      showValues(device);
    },
    tick(device, present) {
      status.show(present);
      showAge(age, device.lastSeen);
    },
  };
}

/** A shape and a word, so that no one needs the colour. */
export function statusMark(): { element: HTMLElement; show(status: DeviceStatus): void } {
  const element = h("span", { class: "status" });
  return {
    element,
    show(status) {
      setText(element, status);
      setAttribute(element, "data-status", status);
    },
  };
}

function belowName(known: KnownDevice): string {
  const labels = Object.entries(known.labels).map(([name, value]) => `${name} ${value}`);
  return [...(known.name === null ? [] : [known.device]), ...labels].join(" · ");
}

/** Shows the values of a device. Elements are kept while its types stay the same: then only their text changes. */
function valuesIn(list: HTMLElement): (known: KnownDevice) => void {
  let count = 0;
  let cells: [string, HTMLElement][] = [];
  return (known) => {
    if (known.types.size !== count) {
      count = known.types.size;
      cells = makeCells(list, known);
    }
    for (const [type, element] of cells) showValue(element, known.types.get(type)?.value);
  };
}

function makeCells(list: HTMLElement, known: KnownDevice): [string, HTMLElement][] {
  list.replaceChildren();
  const types = sortedTypes(known);
  const cells = types.slice(0, SHOWN_TYPES).map(([type, { value }]): [string, HTMLElement] => {
    const cell = h("dd");
    const label = cut(`${elementOfType(type)} ${soleNumber(value)?.name ?? ""}`.trim(), 40);
    list.append(h("div", {}, h("dt", {}, label), cell));
    return [type, cell];
  });
  const more = types.length - cells.length;
  if (more > 0) list.append(h("div", { class: "more" }, h("dt", { class: "unseen" }, "More"), h("dd", {}, `+${more}`)));
  return cells;
}

/** A number keeps as many digits after the point as it ever had here, so that 3.7 does not take the place of 3.71. */
function showValue(element: HTMLElement, value: unknown): void {
  const number = soleNumber(value)?.number;
  if (number === undefined) {
    setText(element, Array.isArray(value) ? listText(value) : formatValue(value, 60));
    return;
  }
  const decimals = Math.max(Number(element.dataset.decimals ?? 0), decimalsOf(number));
  setAttribute(element, "data-decimals", String(decimals));
  setText(element, formatNumber(number, decimals));
}

/** As much of a list as there may be room for. */
function listText(list: readonly unknown[]): string {
  return cut(
    list
      .slice(0, 12)
      .map((value) => formatValue(value, 20))
      .join(", "),
    60,
  );
}

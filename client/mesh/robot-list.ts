/** The robots that client programs have reported: each an object of anything. */
import { h } from "../dom.ts";
import { cut, formatValue } from "../format.ts";
import { fieldsOf } from "../values.ts";
import type { Robot } from "./monitor-frame.ts";

const MOST_ROBOTS = 64;
const MOST_FIELDS = 12;

export function showRobots(place: HTMLElement, robots: readonly Robot[]): void {
  place.replaceChildren(...robots.slice(0, MOST_ROBOTS).map(robotCard));
}

function robotCard(robot: Robot, index: number): HTMLElement {
  const nameField = ["name", "id"].find(
    (field) => typeof robot[field] === "string" || typeof robot[field] === "number",
  );
  const name = nameField === undefined ? `Robot ${index + 1}` : String(robot[nameField]);
  const fields = fieldsOf(robot).filter(([field]) => field !== nameField);
  const rows = fields
    .slice(0, MOST_FIELDS)
    .map(([field, value]) => h("div", {}, h("dt", {}, cut(field, 40)), h("dd", {}, formatValue(value, 80))));
  return h("li", { class: "robot" }, h("h3", {}, cut(name, 80)), h("dl", { class: "fields" }, ...rows));
}

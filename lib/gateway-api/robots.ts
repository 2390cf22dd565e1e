/** The states of robots that clients report for the monitor (PROTOCOLS 2.2, 2.3). */
import { isJsonObject, type JsonObject, readJson } from "../json/safe-json.ts";

/** All robots, or one of them. */
export type RobotReport = { readonly all: readonly JsonObject[] } | { readonly one: JsonObject };

const MAX_ROBOTS = 256;

/** A list is all robots, as is an object with a list `robots`; any other object is one robot. Null where it is neither. */
export function readRobots(text: string): RobotReport | null {
  const read = readJson(text);
  if ("fault" in read) return null;
  const { value } = read;
  const list = isJsonObject(value) ? (value.robots ?? value) : value;
  if (isJsonObject(list)) return { one: list };
  return Array.isArray(list) && list.length <= MAX_ROBOTS && list.every(isJsonObject) ? { all: list } : null;
}

/** The robots after a report: one takes the place of the one with its name or id. */
export function applyReport(robots: readonly JsonObject[], report: RobotReport): readonly JsonObject[] {
  if ("all" in report) return report.all;
  const key = keyOf(report.one);
  const others = robots.filter((robot) => keyOf(robot) !== key);
  return [...others, report.one].slice(-MAX_ROBOTS);
}

function keyOf({ name, id }: JsonObject): string {
  return JSON.stringify(name ?? id ?? null);
}

/** The fields of a view. */
import type { NodeAPI } from "node-red";
import { ANY_DEVICE, checkViewName } from "../../lib/sse/view-path.ts";
import { checkDevice, isId, quote } from "../../lib/store/ids.ts";
import { checkFilter } from "../../lib/store/topic.ts";
import { type Fields, flagOption, numberOption, textOption } from "../shared/options.ts";
import type { View } from "../sse-hub/views.ts";
import { hubOf, type SseHubNode } from "../sse-hub.ts";

export interface ViewOptions extends Omit<View, "id" | "label" | "take"> {
  readonly hub: SseHubNode;
  readonly deadlineMs: number;
  /** A view whose commands lead nowhere must not take any. */
  readonly isWired: boolean;
}

const DEFAULT_DEADLINE_S = 10;
const MAX_DEADLINE_S = 86_400;
const MAX_TITLE_LENGTH = 200;
const MAX_NETWORKS = 64;
const MAX_CODE_LENGTH = 1_000_000;

/** Throws RangeError naming the field. */
export function readViewOptions(RED: NodeAPI, fields: Fields): ViewOptions {
  const { wires } = fields as { wires?: readonly (readonly string[])[] };
  const name = checkViewName(textOption(fields, "name"));
  return {
    hub: hubOf(RED, fields.hub),
    name,
    title: titleIn(fields) || name,
    html: codeIn(fields, "html"),
    js: codeIn(fields, "js"),
    css: codeIn(fields, "css"),
    device: deviceIn(fields),
    networks: networksIn(fields),
    isLinked: flagOption(fields, "link", true),
    see: scopeIn(fields, "see"),
    command: scopeIn(fields, "command"),
    deadlineMs: numberOption(fields, "deadline", [0.1, MAX_DEADLINE_S], DEFAULT_DEADLINE_S) * 1000,
    isWired: (wires?.[0]?.length ?? 0) > 0,
  };
}

function titleIn(fields: Fields): string {
  const title = textOption(fields, "title", "");
  if (title.length <= MAX_TITLE_LENGTH) return title;
  throw new RangeError(`"title" must have ${MAX_TITLE_LENGTH} characters at most`);
}

/** As it was written: blanks at its ends too. */
function codeIn(fields: Fields, name: "html" | "js" | "css"): string {
  const text = String(fields[name] ?? "");
  if (text.length <= MAX_CODE_LENGTH) return text;
  throw new RangeError(`"${name}" must have ${MAX_CODE_LENGTH} characters at most`);
}

function deviceIn(fields: Fields): string | null {
  const device = textOption(fields, "device", "");
  if (device === "") return null;
  if (device === ANY_DEVICE) return device;
  try {
    return checkDevice(device);
  } catch (error) {
    throw new RangeError(`${(error as Error).message}; or ${ANY_DEVICE}, or nothing`);
  }
}

/** Names with commas or blanks between them; none where it is about the devices of all. */
function networksIn(fields: Fields): readonly string[] {
  const names = textOption(fields, "networks", "").split(/[\s,]+/);
  const networks = [...new Set(names.filter((name) => name !== ""))];
  if (networks.length > MAX_NETWORKS) throw new RangeError(`"networks" must be ${MAX_NETWORKS} at most`);
  const wrong = networks.find((name) => !isId(name));
  if (wrong !== undefined) throw new RangeError(`"networks" must be names such as site, got ${quote(wrong)}`);
  return networks;
}

/** A filter of topics in which `{device}` stands for the page's device. */
function scopeIn(fields: Fields, name: "see" | "command"): string | null {
  const filter = textOption(fields, name, "");
  if (filter === "") return null;
  try {
    checkFilter(filter);
    return filter;
  } catch (error) {
    throw new RangeError(`"${name}": ${(error as Error).message}`);
  }
}

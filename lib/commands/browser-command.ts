/** What a browser sends as a command: the JSON of `POST /commands`, or of a frame. */
import { isJsonObject, type JsonObject } from "../json/safe-json.ts";
import { checkDevice, checkType } from "../store/ids.ts";
import { checkDeadline, checkId } from "./command.ts";

export interface BrowserCommand {
  readonly device: string;
  readonly type: string;
  readonly payload: unknown;
  /** Milliseconds since 1970; the flow has a default. */
  readonly deadline?: number;
  /** The view whose page sent it, and the component there. */
  readonly view?: string;
  readonly component?: string;
}

/** Throws RangeError naming the property that is missing or wrong. */
export function readBrowserCommand(body: unknown): BrowserCommand {
  if (!isJsonObject(body)) throw new RangeError('a command must be an object with "device", "type" and "payload"');
  const { payload = null, deadline = null } = body;
  const command = { device: checkDevice(body.device), type: checkType(body.type), payload, ...placeIn(body) };
  return deadline === null ? command : { ...command, deadline: checkDeadline(deadline) };
}

function placeIn({ view = null, component = null }: JsonObject): Pick<BrowserCommand, "view" | "component"> {
  return {
    ...(view !== null && { view: checkId("view", view) }),
    ...(component !== null && { component: checkId("component", component) }),
  };
}

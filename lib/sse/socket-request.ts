/** Reads what a browser sends over its WebSocket: topics to follow, or a command. */
import { isJsonObject, type JsonObject, readJson } from "../json/safe-json.ts";
import { parseCursor } from "../store/cursor.ts";
import { checkFilters } from "./request.ts";

export interface Subscribe {
  readonly type: "subscribe";
  readonly filters: readonly string[];
  /** Current values first. */
  readonly latest: boolean;
  readonly after: string | null;
}

export interface SendCommand {
  readonly type: "command";
  readonly body: unknown;
  /** Comes back with the answer, so that the browser knows which command it is for. */
  readonly ref: string | number | null;
}

const MAX_REF_LENGTH = 64;

/** Throws RangeError naming what is wrong. */
export function readSocketRequest(text: string): Subscribe | SendCommand {
  const read = readJson(text);
  if ("fault" in read) throw new RangeError(`the frame is no JSON that is taken: ${read.fault}`);
  const { value } = read;
  if (!isJsonObject(value)) throw new RangeError('a frame must be an object with "subscribe", or with a command');
  if (value.subscribe !== undefined) return readSubscribe(value);
  if (value.command === undefined && value.device === undefined) {
    throw new RangeError('a frame must have "subscribe", or the "device" and "type" of a command');
  }
  return { type: "command", body: value.command ?? value, ref: refOf(value) };
}

function readSubscribe({ subscribe, after = null, latest = false }: JsonObject): Subscribe {
  if (!Array.isArray(subscribe) || !subscribe.every((filter) => typeof filter === "string")) {
    throw new RangeError('"subscribe" must be a list of topic filters, such as ["mesh/+/GPS"]');
  }
  const filters = [...new Set(subscribe as string[])];
  checkFilters("subscribe", filters);
  if (after !== null && (typeof after !== "string" || !parseCursor(after))) {
    throw new RangeError('"after" must be a cursor <epoch>-<sequence>, as the last "lastEventId"');
  }
  return { type: "subscribe", filters, after, latest: after === null && (latest === true || latest === 1) };
}

function refOf({ ref }: JsonObject): string | number | null {
  if (typeof ref === "number") return ref;
  return typeof ref === "string" && ref.length <= MAX_REF_LENGTH ? ref : null;
}

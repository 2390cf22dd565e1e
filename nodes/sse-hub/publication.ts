/** Reads what a message tells browsers: one reading, or an array of them. */
import { checkDevice, checkType, quote } from "../../lib/store/ids.ts";
import { splitTopic, topicOf } from "../../lib/store/topic.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { Publication } from "../sse-hub.ts";

type Reading = Pick<GatehouseMessage, "device" | "type" | "topic" | "payload" | "time" | "cursor">;

/** Throws RangeError naming the property that is missing or wrong. `now` is the time of a message that brings none. */
export function* readPublications(message: Reading, now: number): Iterable<Publication> {
  if (isBatch(message)) for (const reading of message.payload) yield readPublication(reading, now);
  else yield readPublication(message, now);
}

/** An array that a single reading has as its value comes with the reading's names. */
function isBatch(message: Reading): message is Reading & { payload: Reading[] } {
  if (message.device !== undefined || !Array.isArray(message.payload)) return false;
  return message.payload.every((one: unknown) => typeof one === "object" && one !== null && "payload" in one);
}

function readPublication(reading: Reading, now: number): Publication {
  const { payload, time = now, cursor } = reading;
  const parts = typeof reading.topic === "string" ? splitTopic(reading.topic) : null;
  if (!parts && (reading.device === undefined || reading.type === undefined)) {
    throw new RangeError('"topic" <network>/<address>/<type>, or "device" and "type", is missing');
  }
  if (payload === undefined) throw new RangeError('"payload" is missing');
  if (!Number.isFinite(time)) throw new RangeError(`"time" must be milliseconds since 1970, got ${quote(time)}`);
  const device = checkDevice(reading.device ?? parts?.device);
  const type = checkType(reading.type ?? parts?.type);
  return { topic: topicOf(device, type), device, type, value: payload, time, ...(cursor !== undefined && { cursor }) };
}

/** Which queue a message is for, and in which form it is kept there. */
import { isJsonObject } from "../../lib/json/safe-json.ts";
import { flatListOf, flatListOfText } from "../../lib/queue/flat-list.ts";
import { isId, quote } from "../../lib/store/ids.ts";
import type { GatehouseMessage } from "../shared/message.ts";

/** The fixed one, or else `msg.queue`, the user, or the address of the device. Throws RangeError where it is no name. */
export function queueOf(fixed: string, { queue, user, device }: GatehouseMessage): string {
  const name = fixed || (queue ?? user ?? device?.slice(device.lastIndexOf("/") + 1));
  if (isId(name)) return name;
  throw new RangeError(`"queue" must be 1..64 letters, digits or . _ : -, got ${quote(name)}`);
}

/**
 * The fields of an object as a flat list, each behind the name of its queue; null where there is none. Where `raw` has
 * the object's text they are taken from there, so that they keep their order and their digits.
 */
export function flatListOfMessage(queue: string, { payload, raw }: GatehouseMessage): string | null {
  if (!isJsonObject(payload)) throw new RangeError('"payload" must be an object, whose fields are queued');
  if (!(raw instanceof Uint8Array)) return flatListOf(queue, payload);
  return flatListOfText(queue, Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString(), payload);
}

/** Reads what stood on the wire. */
import { isJsonObject, type JsonFault, type JsonObject, type Read, readJsonObject } from "../../lib/json/safe-json.ts";

/** Text, or the object that a node before this one has read. */
export function wireValue(payload: unknown): Read<JsonObject> {
  if (typeof payload === "string") return readJsonObject(payload);
  const fault: JsonFault = "not-object";
  return isJsonObject(payload) ? { value: payload } : { fault };
}

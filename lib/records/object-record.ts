/** An object as a record: each of its fields is one reading, its value untouched. */
import { faultOf, type JsonObject } from "../json/safe-json.ts";
import { isType, quote } from "../store/ids.ts";
import { RejectedRecord, type Split } from "./split.ts";

const MAX_FIELDS = 256;
const UNFIT = /[^A-Za-z0-9._:-]+/g;

export function splitObject(record: JsonObject): Split | RejectedRecord {
  const names = Object.keys(record);
  if (names.length === 0) return new RejectedRecord("empty", "the object has no field");
  if (names.length > MAX_FIELDS) {
    return new RejectedRecord("too-many-fields", `${names.length} fields, ${MAX_FIELDS} are the most`);
  }
  const fault = faultOf(record);
  if (fault === "too-deep" || fault === "forbidden-name") return new RejectedRecord(fault, `its JSON is ${fault}`);
  const columns = names.map((name) => ({ type: typeOfName(name) }));
  const bad = columns.findIndex(({ type }) => !isType(type));
  if (bad >= 0) return badName(names[bad]!);
  return { columns, values: names.map((name) => record[name]) };
}

/** What a topic cannot hold is percent-encoded, as UTF-8: `Field 1` is `Field%201`. */
function typeOfName(name: string): string {
  return name.replace(UNFIT, (part) => Buffer.from(part).toString("hex").toUpperCase().replace(/../g, "%$&"));
}

function badName(name: string): RejectedRecord {
  return new RejectedRecord("bad-name", `${quote(name)} cannot be the type of a reading`, undefined, name);
}

/** An object as a record: each of its fields is one reading, its value untouched. */
import { faultOf, type JsonObject } from "../json/safe-json.ts";
import { quote } from "../store/ids.ts";
import { typeOfElement } from "./element-names.ts";
import { type Column, RejectedRecord, type Split } from "./split.ts";

const MAX_FIELDS = 256;
/** Names remembered; with one more all are forgotten. */
const MAX_MET = 10_000;
const MAX_MET_LENGTH = 64;

export function splitObject(record: JsonObject): Split | RejectedRecord {
  const names = Object.keys(record);
  if (names.length === 0) return new RejectedRecord("empty", "the object has no field");
  if (names.length > MAX_FIELDS) {
    return new RejectedRecord("too-many-fields", `${names.length} fields, ${MAX_FIELDS} are the most`);
  }
  const fault = faultOf(record);
  if (fault === "too-deep" || fault === "forbidden-name") return new RejectedRecord(fault, `its JSON is ${fault}`);
  const columns: Column[] = [];
  for (const name of names) {
    const column = columnOf(name);
    if (column === null) return badName(name);
    columns.push(column);
  }
  return { columns, values: names.map((name) => record[name]) };
}

/** Names of fields come again and again, and to look at one costs more than to remember it (bench `ack`). */
const met = new Map<string, Column | null>();

function columnOf(name: string): Column | null {
  const known = met.get(name);
  if (known !== undefined) return known;
  const type = typeOfElement(name);
  const column = type === null ? null : { type };
  if (met.size >= MAX_MET) met.clear();
  if (name.length <= MAX_MET_LENGTH) met.set(name, column);
  return column;
}

function badName(name: string): RejectedRecord {
  return new RejectedRecord("bad-name", `${quote(name)} cannot be the type of a reading`, undefined, name);
}

/** An object as a record: each of its fields is one reading, its value untouched. */
import { faultOf, type JsonObject } from "../json/safe-json.ts";
import { quote } from "../store/ids.ts";
import { typeOfElement } from "./element-names.ts";
import { RejectedRecord, type Split } from "./split.ts";

const MAX_FIELDS = 256;

export function splitObject(record: JsonObject): Split | RejectedRecord {
  const names = Object.keys(record);
  if (names.length === 0) return new RejectedRecord("empty", "the object has no field");
  if (names.length > MAX_FIELDS) {
    return new RejectedRecord("too-many-fields", `${names.length} fields, ${MAX_FIELDS} are the most`);
  }
  const fault = faultOf(record);
  if (fault === "too-deep" || fault === "forbidden-name") return new RejectedRecord(fault, `its JSON is ${fault}`);
  const types = names.map(typeOfElement);
  const bad = types.indexOf(null);
  if (bad >= 0) return badName(names[bad]!);
  return { columns: types.map((type) => ({ type: type! })), values: names.map((name) => record[name]) };
}

function badName(name: string): RejectedRecord {
  return new RejectedRecord("bad-name", `${quote(name)} cannot be the type of a reading`, undefined, name);
}

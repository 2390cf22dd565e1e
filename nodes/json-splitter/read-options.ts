/** Reads the fields of a json-splitter. */
import type { PrepareExpression } from "../../lib/records/compile.ts";
import type { RecordSchema } from "../../lib/records/schema.ts";
import { RecordSplitter } from "../../lib/records/splitter.ts";
import { isDevice } from "../../lib/store/ids.ts";
import {
  choiceOption,
  type Fields,
  flagOption,
  integerOption,
  numberOption,
  rowsOption,
  textOption,
} from "../shared/options.ts";

export interface SplitterOptions {
  /** Whose readings these are where the message does not say; undefined: only the message says. */
  readonly device: string | undefined;
  readonly form: Form;
  /** One message for each reading, or one with a list. */
  readonly send: "each" | "list";
  /** Whether the tag comes first, as a reading of type `Header`. */
  readonly header: boolean;
  readonly splitter: RecordSplitter;
  /** Time between two statistics of the device; 0: none. */
  readonly statisticsMs: number;
}

/** A reading's value, or its element: as an object, as JSON text, as the bytes of that text. */
export type Form = "reading" | "element" | "text" | "bytes";

export const HEADER = "Header";

const MAX_STATISTICS_S = 86_400;

export function readSplitterOptions(fields: Fields, prepare: PrepareExpression): SplitterOptions {
  const header = flagOption(fields, "header", true);
  const schemas = rowsOption(fields, "schemas") as unknown as RecordSchema[];
  const maxBytes = integerOption(fields, "maxBytes", [16, 65_507], 2048);
  return {
    device: readDevice(fields),
    form: choiceOption(fields, "form", ["reading", "element", "text", "bytes"], "reading"),
    send: choiceOption(fields, "send", ["each", "list"], "each"),
    header,
    splitter: new RecordSplitter(schemas, { header: header ? HEADER : "", maxBytes, prepare }),
    statisticsMs: numberOption(fields, "statistics", [0, MAX_STATISTICS_S], 15) * 1000,
  };
}

function readDevice(fields: Fields): string | undefined {
  const device = textOption(fields, "device", "");
  if (device === "" || isDevice(device)) return device || undefined;
  throw new RangeError(`"device" must be <network>/<address>, or empty where each message says it, got ${device}`);
}

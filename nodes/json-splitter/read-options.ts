/** Reads the fields of a json-splitter. */
import { isDevice } from "../../lib/store/ids.ts";
import { choiceOption, type Fields, numberOption, textOption } from "../shared/options.ts";

export interface SplitterOptions {
  /** Whose readings these are where the message does not say; undefined: only the message says. */
  readonly device: string | undefined;
  /** A reading's value, the element as an object, or the element as JSON text. */
  readonly form: "reading" | "element" | "text";
  /** One message for each reading, or one with a list. */
  readonly send: "each" | "list";
  /** Milliseconds between two statistics of the device; 0: none. */
  readonly statisticsMs: number;
}

export function readSplitterOptions(fields: Fields): SplitterOptions {
  const device = textOption(fields, "device", "");
  if (device !== "" && !isDevice(device)) {
    throw new RangeError(`"device" must be <network>/<address>, or empty where each message says it, got ${device}`);
  }
  return {
    device: device === "" ? undefined : device,
    form: choiceOption(fields, "form", ["reading", "element", "text"], "reading"),
    send: choiceOption(fields, "send", ["each", "list"], "each"),
    statisticsMs: numberOption(fields, "statistics", [0, 86_400], 15) * 1000,
  };
}

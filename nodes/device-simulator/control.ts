/** What every kind checks of a control message that is no boolean. */
import type { Fields } from "../shared/options.ts";

/** Throws RangeError naming what is wrong. */
export function controlFields(payload: unknown, names: readonly string[]): Fields {
  if (typeof payload !== "object" || payload === null) {
    throw new RangeError(`msg.payload must be true, false or an object of ${names.join(", ")}`);
  }
  const wrong = Object.keys(payload).find((name) => !names.includes(name));
  if (wrong !== undefined) throw new RangeError(`"${wrong}" is none of ${names.join(", ")}`);
  return payload as Fields;
}

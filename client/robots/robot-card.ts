/** A card for one field of a robot: as for any device, and pictures and lists beside. */
import { type Card, type SpecialView, valueCard } from "../card.ts";
import { addSample, type Sample, SERIES_LIMIT } from "../series.ts";
import { pictureOf, pictureView } from "./picture.ts";
import { tableView } from "./table.ts";

export function robotCard(type: string): Card {
  const picture = { kind: "picture", view: pictureView(type) };
  const table = { kind: "list", view: tableView(type) };
  const special: SpecialView = (value) => {
    if (Array.isArray(value)) return table;
    return pictureOf(value) ? picture : null;
  };
  return valueCard(type, special);
}

/** Only numbers, and what has some, have a course that is drawn; of pictures and long texts the last is enough. */
export function samplesKept(value: unknown): number {
  if (pictureOf(value) || Array.isArray(value)) return 1;
  return typeof value === "string" && value.length > 1000 ? 1 : SERIES_LIMIT;
}

/** False where the reading was there already. */
export function addRobotSample(samples: Sample[], sample: Sample): boolean {
  return addSample(samples, sample, samplesKept(sample.value));
}

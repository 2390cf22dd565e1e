/** The links to a hub's views in the bar of all its pages: to those that the visitor may see. */
import { ANY_DEVICE } from "../../lib/sse/view-path.ts";
import { compareDevices as compareNames } from "../../lib/store/devices.ts";
import { escaped } from "./html.ts";
import { maySee, type View, withDevice } from "./views.ts";
import type { Visitor } from "./visitor.ts";

/** Where they stand in the HTML of every page. */
export const LINKS = "{{views}}";
/** A bar of more leaves no room for the page. */
const MAX_LINKS = 20;

/** `base` is the hub's path as the browser sees it, `current` the name of the view that is shown. */
export function viewLinks(base: string, views: Iterable<View>, visitor: Visitor, current = ""): string {
  const shown = [...views].filter((view) => view.isLinked && maySee(view, deviceOf(view), visitor));
  return shown
    .map((view) => ({ name: view.name, words: wordsOf(view) }))
    .sort((a, b) => compareNames(a.words, b.words))
    .slice(0, MAX_LINKS)
    .map(({ name, words }) => {
      const mark = name === current ? ' aria-current="page"' : "";
      return `<a href="${base}/v/${name}"${mark}>${escaped(words)}</a>`;
    })
    .join("");
}

function deviceOf({ device }: View): string | null {
  return device === ANY_DEVICE ? null : device;
}

/** What stands in a title for the device may go at its beginning, and at its end but behind a small word: `Weather at …`. */
const BEGINNING = /^…[\s:·–—,-]*/;
const END = /(?<!(?:^|\s)\p{Ll}{1,3}\s*)[\s:·–—,(-]*…\)?$/u;

/** The title without the device that its page is about. */
export function wordsOf({ title, name }: View): string {
  const words = withDevice(title, "…").replace(/\s+/g, " ").trim();
  return words.replace(BEGINNING, "").replace(END, "") || name;
}

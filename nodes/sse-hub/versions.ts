/** Which version of a page is served: told to the pages that are open, so that each loads itself anew where it is another one. */
import type { Told } from "../../lib/sse/event-text.ts";
import type { Retained } from "../../lib/sse/retained.ts";
import { isVersionTopic, readViewTopic, versionTopic } from "../../lib/sse/view-path.ts";
import type { Pages } from "./pages.ts";
import type { Views } from "./views.ts";

/** What a page is told when it begins to follow, or comes back: versions, and what the flow told its view last. */
export function retainedOf(views: Views, { version }: Pick<Pages, "version">): Pick<Retained, "select"> {
  const versionIn = (filter: string): Told[] => {
    if (!isVersionTopic(filter)) return [];
    const asked = readViewTopic(filter);
    return [asked ? viewVersion(views, asked.view) : { topic: versionTopic(), value: version, time: Date.now() }];
  };
  return { select: (filters) => [...filters.flatMap(versionIn), ...views.told.select(filters)] };
}

/** Empty where there is no such view. */
export function viewVersion(views: Views, name: string): Told {
  return { topic: versionTopic(name), value: views.versionOf(name), time: Date.now() };
}

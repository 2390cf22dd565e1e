/** A view as its node has it: what is told to its pages, kept for those that are opened later. */
import { viewTopic } from "../../lib/sse/view-path.ts";
import { splitTopic } from "../../lib/store/topic.ts";
import type { Publication } from "./publication.ts";
import type { View, Views } from "./views.ts";

export interface ServedView {
  /**
   * To all pages of the view, or to those of one device; the newest stays for pages that are opened later.
   * Throws RangeError or TypeError where the value cannot be told.
   */
  tell(value: unknown, device: string | null, time: number): void;
  /** `isGone` where it is not back in a moment. */
  remove(isGone: boolean): void;
}

export function serveView(views: Views, view: View, publish: (publication: Publication) => void): ServedView {
  const remove = views.add(view);
  return {
    remove,
    tell(value, device, time) {
      const topic = viewTopic(view.name, device);
      const publication = { topic, ...splitTopic(topic)!, value, time };
      publish(publication);
      views.told.keep(publication);
    },
  };
}

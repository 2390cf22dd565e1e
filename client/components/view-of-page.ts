/** The view that this page is: what its flow tells it, and where in it a command comes from. */
import { viewTopic } from "../../lib/sse/view-path.ts";
import { isId } from "../../lib/store/ids.ts";
import type { LiveReading } from "../event-stream.ts";
import { source } from "./page-source.ts";

interface Place {
  readonly view?: string;
  readonly component?: string;
}

function element(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-view]");
}

/** Topics of the data that comes for this page: for all of the view, and for its device alone. */
export function dataTopics(): string[] {
  const place = element();
  const view = place?.dataset.view;
  const device = place?.getAttribute("device");
  if (view === undefined) return [];
  return device ? [viewTopic(view), viewTopic(view, device)] : [viewTopic(view)];
}

/** For a page's own script: hears of the newest data, then of each that comes. Returns how to end that. */
export function onData(listener: (data: unknown) => void): () => void {
  const ends = dataTopics().map((topic) => follow(topic, ({ value }) => listener(value)));
  return () => {
    for (const end of ends) end();
  };
}

/** For a page's own script: hears of the newest reading of each topic that the filter selects, then of each that comes. */
export function follow(filter: string, listener: (reading: LiveReading) => void): () => void {
  return source().want(filter, { reading: listener });
}

/** Nothing in a page that is no view of a flow. */
export function placeOf(component: Element): Place {
  const view = element()?.dataset.view;
  if (view === undefined) return {};
  return { view, component: isId(component.id) ? component.id : component.localName };
}

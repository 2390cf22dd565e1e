/** The forms in which a stream tells readings: as objects with all that is known of them, or as discrete elements (PROTOCOLS 3.3). */

import { elementText } from "../records/element.ts";
import { elementOfType } from "../records/element-names.ts";
import { splitTopic } from "../store/topic.ts";
import { readingText, type Told } from "./event-text.ts";

export interface EventForm {
  readonly name: "readings" | "elements";
  /** One event. `id` is the line that moves the browser's last event id. */
  text(told: Told, id?: string): string;
  /** Of an event as the ring holds it. */
  chunkOf(held: Buffer): Buffer;
}

export const READINGS: EventForm = { name: "readings", text: readingText, chunkOf: (held) => held };

/**
 * The ring holds readings only: an element is cut out of one when a group asks, once for all its clients in a tick. Who
 * has none of these clients pays nothing, in memory or time.
 */
export const ELEMENTS: EventForm = {
  name: "elements",
  text: (told, id) => eventOf(id === undefined ? "" : `id: ${id}\n`, elementText(typeOf(told), told.value)),
  chunkOf: (held) => Buffer.from(elementEventOf(held.toString())),
};

const DATA = "data: {";
const TYPE = '"type":';
const TOPIC = ',"topic":';
const VALUE = ',"value":';
const TIME = ',"time":';

/** Quotes within a text are escaped: a name with quotes around it is found only where it is one. */
function elementEventOf(text: string): string {
  const type = text.indexOf(TYPE) + TYPE.length;
  const topic = text.indexOf(TOPIC, type);
  const value = text.indexOf(VALUE, topic) + VALUE.length;
  const json = text.slice(value, text.lastIndexOf(TIME));
  const data = json.startsWith('"') ? json : JSON.stringify(json);
  return eventOf(text.slice(0, text.indexOf(DATA)), `{"Element":${nameOf(text.slice(type, topic))},"Data":${data}}`);
}

/** JSON in, JSON out: most types are their element's name. */
function nameOf(type: string): string {
  return type.includes("%") ? JSON.stringify(elementOfType(JSON.parse(type) as string)) : type;
}

function typeOf({ topic, type }: Told): string {
  return type ?? splitTopic(topic)?.type ?? "";
}

/** The name of the event is the one that a browser takes where none is given; clients of the field look for it. */
function eventOf(head: string, element: string): string {
  return `${head}event: message\ndata: ${element}\n\n`;
}

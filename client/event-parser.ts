/** Reads an event stream in whatever pieces it comes, and says which events are complete. */

export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

/** Longest event held before it is complete, in UTF-16 units: a hub's events are far smaller. */
export const MAX_EVENT_LENGTH = 4 * 1024 * 1024;

/** A line that has more is data. */
const LONGEST_ID = 1024;
/** Of the longest field that is read, with its colon. */
const FIELD_LENGTH = 6;

const LINE_END = /\r\n|\n|\r/;

export function fetchEvents(url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal, headers: { accept: "text/event-stream" }, cache: "no-store" });
}

/** The events of each piece of a stream, as it comes; `lastId` of the parser is then that of the newest. */
export async function* eventsIn(body: ReadableStream<Uint8Array>, parser: EventParser): AsyncIterable<ServerEvent[]> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield parser.receive(decoder.decode(value, { stream: true }));
  }
}

export class EventParser {
  /** Id of the newest complete block, blocks without data (the hub's keep-alive) included. */
  lastId: string;
  #rest = "";
  #id: string;
  #type = "";
  #data: string[] = [];
  #length = 0;
  #isTooLong = false;
  /** Events that were longer than that, and are passed over: the stream goes on behind them. */
  tooLong = 0;

  constructor(lastId = "") {
    this.lastId = lastId;
    this.#id = lastId;
  }

  receive(text: string): ServerEvent[] {
    const whole = this.#rest + text;
    // A last \r may be the first half of \r\n.
    const end = whole.endsWith("\r") ? whole.length - 1 : whole.length;
    // The hub's lines end in \n alone, which is found without a pattern.
    const lines = whole.slice(0, end).split(whole.includes("\r") ? LINE_END : "\n");
    this.#rest = lines.pop()! + whole.slice(end);
    const events: ServerEvent[] = [];
    for (const line of lines) {
      const event = this.#line(line);
      if (event) events.push(event);
    }
    if (this.#rest.length + this.#length > MAX_EVENT_LENGTH) this.#passOver();
    return events;
  }

  /** Of the line that has begun only the field's name is of use. */
  #passOver(): void {
    this.#isTooLong = true;
    this.#data = [];
    this.#length = 0;
    if (this.#rest.length > LONGEST_ID) this.#rest = this.#rest.slice(0, FIELD_LENGTH);
  }

  #line(line: string): ServerEvent | null {
    if (line === "") return this.#complete();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data" && !this.#isTooLong) {
      this.#data.push(value);
      this.#length += value.length;
    } else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }

  #complete(): ServerEvent | null {
    this.lastId = this.#id;
    const data = this.#data.length === 1 ? this.#data[0]! : this.#data.join("\n");
    const event = { type: this.#type || "message", data };
    const empty = this.#data.length === 0;
    if (this.#isTooLong) this.tooLong++;
    this.#isTooLong = false;
    this.#type = "";
    this.#data = [];
    this.#length = 0;
    return empty ? null : event;
  }
}

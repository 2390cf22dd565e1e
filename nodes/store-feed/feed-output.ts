/** What a feed of readings sends, counted. */
import type { Node, NodeMessage } from "node-red";
import type { Entry, Gap } from "../../backends/backend.ts";
import type { FeedSink } from "../../backends/feed.ts";
import { type ReadingFields, readingFields } from "../../backends/store-queries.ts";
import type { Sample } from "../shared/metrics.ts";

/** One message for each reading, or one with all that come at once. */
export type FeedForm = "each" | "list";

/** Of one message: a replay must not become one of all that is kept. */
const MAX_LIST = 1000;

/** Readings leave by the first output, gaps by the second. */
export class FeedOutput implements FeedSink {
  entries = 0;
  #gaps = 0;
  readonly #node: Node;
  readonly #form: FeedForm;
  readonly #mintId: () => string;
  #list: ReadingFields[] = [];

  constructor(node: Node, form: FeedForm, mintId: () => string) {
    this.#node = node;
    this.#form = form;
    this.#mintId = mintId;
  }

  entry(entry: Entry): void {
    const reading = readingFields(entry);
    if (!reading) return;
    this.entries++;
    if (this.#form === "each") this.#send(reading);
    else this.#collect(reading);
  }

  #collect(reading: ReadingFields): void {
    const held = this.#list.push(reading);
    if (held === 1) setImmediate(() => this.flush());
    else if (held >= MAX_LIST) this.flush();
  }

  /** Sends what was collected. */
  flush(): void {
    if (this.#list.length === 0) return;
    const payload = this.#list;
    this.#list = [];
    this.#send({ payload });
  }

  #send(message: NodeMessage): void {
    message._msgid = this.#mintId();
    this.#node.send(message);
  }

  gap({ from, to }: Gap): void {
    const message: NodeMessage & { type: string } = { type: "gap", payload: { from, to } };
    this.#gaps++;
    this.flush();
    this.#node.send([null, message]);
  }

  unsaved(fault: Error): void {
    this.#node.warn(fault.message);
  }

  *samples(where: string): Iterable<Sample> {
    yield { name: "gatehouse_feed_readings_total", labels: { where }, value: this.entries };
    yield { name: "gatehouse_feed_gaps_total", labels: { where }, value: this.#gaps };
  }
}

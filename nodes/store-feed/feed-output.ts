/** What a feed of readings sends, counted. */
import type { Node, NodeMessage } from "node-red";
import type { Entry, Gap } from "../../backends/backend.ts";
import type { FeedSink } from "../../backends/feed.ts";
import { readingFields } from "../../backends/store-queries.ts";
import type { Sample } from "../shared/metrics.ts";

/** Readings leave by the first output, gaps by the second. */
export class FeedOutput implements FeedSink {
  entries = 0;
  #gaps = 0;
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  entry(entry: Entry): void {
    const reading = readingFields(entry);
    if (!reading) return;
    this.entries++;
    this.#node.send(reading);
  }

  gap({ from, to }: Gap): void {
    const message: NodeMessage & { type: string } = { type: "gap", payload: { from, to } };
    this.#gaps++;
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

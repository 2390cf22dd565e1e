/** Flow node: hands on the readings of a store that topic filters select, live or from an earlier place. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import type { Backend, Entry, Gap } from "../backends/backend.ts";
import { checkCursor, Feed, type FeedOptions, type FeedSink, type FeedStart } from "../backends/feed.ts";
import { readingFields } from "../backends/store-queries.ts";
import { checkFilter } from "../lib/store/topic.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { addCollector, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { choiceOption, type Fields, textOption } from "./shared/options.ts";
import { showRate } from "./shared/rate.ts";
import { statusLine } from "./shared/status.ts";
import { type StoreBackendNode, storeOf, storeStatus } from "./store-backend.ts";

const STARTS: readonly FeedStart[] = ["now", "latest", "cursor", "continue"];
const MAX_FILTERS = 64;

interface Options extends FeedOptions {
  readonly store: StoreBackendNode;
}

/** One filter a line, or parted by commas. */
function readFilters(fields: Fields): string[] {
  const filters = textOption(fields, "filters", "#")
    .split(/[\n,]/)
    .map((filter) => filter.trim())
    .filter((filter) => filter !== "");
  if (filters.length === 0 || filters.length > MAX_FILTERS) throw new RangeError(`"filters" must be 1..${MAX_FILTERS}`);
  for (const filter of filters) checkNamed(filter);
  return filters;
}

/** Topics that begin with `$` are queues and outboxes, no readings. */
function checkNamed(filter: string): void {
  if (filter.startsWith("$")) throw new RangeError(`"filters": "${filter}" selects no readings`);
  try {
    checkFilter(filter);
  } catch (error) {
    throw new RangeError(`"filters": ${(error as Error).message}`);
  }
}

function readOptions(RED: NodeAPI, fields: Fields, id: string): Options {
  return {
    store: storeOf(RED, fields.store),
    filters: readFilters(fields),
    start: choiceOption(fields, "start", STARTS, "now"),
    cursor: checkCursor(textOption(fields, "cursor", "")),
    key: `feed.${id}`,
  };
}

/** Readings leave by the first output, gaps by the second. */
class FeedOutput implements FeedSink {
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

export default function register(RED: NodeAPI): void {
  function StoreFeed(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      startFeed(this, readOptions(RED, config, this.id));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function startFeed(node: Node, options: Options): void {
    const line = statusLine(node);
    const output = new FeedOutput(node);
    const started = watchDeploys(RED.events).started();
    let stop: (removed: boolean) => Promise<void> = async () => {};
    const removeCollector = addCollector(() => output.samples(`store-feed:${node.name || node.id}`));
    const unsubscribe = options.store.subscribe((state) => {
      const { backend } = options.store;
      if (backend) stop = follow(backend);
      else line.show(storeStatus(RED, state));
    });

    function follow(backend: Backend): typeof stop {
      const abort = new AbortController();
      const feed = new Feed(backend, options, output);
      const stopRate = showRate(line, () => output.entries, following);
      started
        .then(() => feed.run(abort.signal))
        .catch((fault: Error) => {
          stopRate();
          node.error(fault.message);
          line.show({ fill: "red", shape: "ring", text: fault.message });
        });
      return async (removed) => {
        abort.abort();
        stopRate();
        await (removed ? feed.forget() : feed.save());
      };
    }

    node.on("close", (removed: boolean, done: () => void) => {
      unsubscribe();
      removeCollector();
      line.stop();
      stop(removed)
        .catch((fault: Error) => node.warn(fault.message))
        .finally(done);
    });
  }

  function following(rate: number): NodeStatus {
    return { fill: "green", shape: "dot", text: RED._("store-feed.status.following", { rate }) };
  }

  RED.nodes.registerType("gh-store-feed", StoreFeed);
}

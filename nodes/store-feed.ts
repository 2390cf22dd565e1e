/** Flow node: hands on the readings of a store that topic filters select, live or from an earlier place. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import type { Backend, Entry, Gap } from "../backends/backend.ts";
import {
  checkCursor,
  Feed,
  type FeedOptions,
  type FeedPlace,
  type FeedSink,
  type FeedStart,
} from "../backends/feed.ts";
import { forgetPlaces, parkPlace, takePlace } from "../backends/feed-places.ts";
import { readingFields } from "../backends/store-queries.ts";
import { parseCursor } from "../lib/store/cursor.ts";
import { checkFilter } from "../lib/store/topic.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { inTime } from "./shared/in-time.ts";
import { addCollector, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { choiceOption, type Fields, textOption } from "./shared/options.ts";
import { showRate } from "./shared/rate.ts";
import { statusLine } from "./shared/status.ts";
import { type StoreBackendNode, storeOf, storeStatus } from "./store-backend.ts";

const STARTS: readonly FeedStart[] = ["now", "latest", "cursor", "continue"];
const MAX_FILTERS = 64;

/** Node-RED waits longer, but a deploy should not. */
const SAVE_MS = 2000;

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

interface Followed {
  readonly backend: Backend;
  readonly feed: Feed;
  stop(): void;
}

/** What must be the same for the next instance to go on where this one stopped. */
function identityOf({ store, filters, start, cursor }: Options): string {
  return JSON.stringify([store.id, filters, start, cursor]);
}

/** Goes on from a place in the same stream, else begins with whoever else begins now. */
function placeIn({ beginning }: StoreBackendNode, backend: Backend, place: string | null): FeedPlace {
  const isResumed = place !== null && parseCursor(place)?.epoch === backend.epoch;
  return { cursor: isResumed ? place : (beginning ?? backend.head()), isResumed };
}

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);
  deploys.onStarted(forgetPlaces);

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
    const started = deploys.started();
    const identity = identityOf(options);
    let place = takePlace(node.id, identity);
    let followed: Followed | null = null;
    let statusOf = (): NodeStatus | null => null;
    const removeCollector = addCollector(() => output.samples(`store-feed:${node.name || node.id}`));
    const unsubscribe = options.store.subscribe((state) => {
      const { backend } = options.store;
      const isSound = state.name === "ready" && state.unsaved === undefined;
      statusOf = () => (isSound ? null : storeStatus(RED, state));
      if (backend && followed?.backend !== backend) {
        halt();
        followed = follow(backend);
      }
      if (!isSound) line.show(storeStatus(RED, state));
    });

    function halt(): void {
      followed?.stop();
      place = followed?.feed.place ?? place;
    }

    function follow(backend: Backend): Followed {
      const abort = new AbortController();
      const feed = new Feed(backend, options, output, placeIn(options.store, backend, place));
      const stopRate = showRate(
        line,
        () => output.entries,
        (rate) => statusOf() ?? following(rate),
      );
      started
        .then(() => feed.run(abort.signal))
        .catch((fault: Error) => {
          stopRate();
          node.error(fault.message);
          line.show({ fill: "red", shape: "ring", text: fault.message });
        });
      const stop = () => {
        abort.abort();
        stopRate();
      };
      return { backend, feed, stop };
    }

    node.on("close", (removed: boolean, done: () => void) => {
      unsubscribe();
      removeCollector();
      halt();
      line.stop();
      const isParked = !removed && deploys.isDeploying() && options.start !== "cursor";
      if (isParked && place !== null) parkPlace(node.id, identity, place);
      const settled = removed ? followed?.feed.forget() : followed?.feed.save();
      inTime(Promise.resolve(settled), SAVE_MS, `the place was not kept within ${SAVE_MS} ms`)
        .catch((fault: Error) => node.warn(fault.message))
        .finally(done);
    });
  }

  function following(rate: number): NodeStatus {
    return { fill: "green", shape: "dot", text: RED._("store-feed.status.following", { rate }) };
  }

  RED.nodes.registerType("gh-store-feed", StoreFeed);
}

/** Flow node: hands on the readings of a store that topic filters select, live or from an earlier place. */
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import type { Backend } from "../backends/backend.ts";
import { checkCursor, Feed, type FeedOptions, type FeedPlace, type FeedStart } from "../backends/feed.ts";
import { forgetPlaces, parkPlace, takePlace } from "../backends/feed-places.ts";
import { parseCursor } from "../lib/store/cursor.ts";
import { checkFilter } from "../lib/store/topic.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { messageIds } from "./shared/message-ids.ts";
import { addCollector } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { choiceOption, type Fields, listOption, textOption } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import { whenClosed } from "./shared/when-closed.ts";
import { type StoreBackendNode, storeOf } from "./store-backend.ts";
import { feedCommands, readCommandOptions } from "./store-feed/feed-commands.ts";
import { type FeedForm, FeedOutput } from "./store-feed/feed-output.ts";
import { followStore } from "./store-feed/follow-store.ts";

const STARTS: readonly FeedStart[] = ["now", "latest", "cursor", "continue"];
const MODES = ["readings", "commands"] as const;
const FORMS: readonly FeedForm[] = ["each", "list"];
const MAX_FILTERS = 64;

interface Options extends FeedOptions {
  readonly store: StoreBackendNode;
  readonly send: FeedForm;
}

/** One filter a line, or parted by commas. */
function readFilters(fields: Fields): string[] {
  const filters = listOption(fields, "filters", "#");
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
    send: choiceOption(fields, "send", FORMS, "each"),
  };
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
      const mode = choiceOption(config, "mode", MODES, "readings");
      if (mode === "commands") feedCommands(RED, this, readCommandOptions(RED, config));
      else startFeed(this, readOptions(RED, config, this.id));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function startFeed(node: Node, options: Options): void {
    const line = statusLine(node);
    const output = new FeedOutput(node, options.send, messageIds(RED.util.generateId));
    const started = deploys.started();
    const identity = identityOf(options);
    let place = takePlace(node.id, identity);
    let feed: Feed | null = null;
    const removeCollector = addCollector(node, (where) => output.samples(where));

    function begin(backend: Backend, fail: (fault: Error) => void): () => void {
      const abort = new AbortController();
      const begun = new Feed(backend, options, output, placeIn(options.store, backend, place));
      feed = begun;
      started.then(() => begun.run(abort.signal)).catch(fail);
      return () => {
        output.flush();
        abort.abort();
        place = begun.place ?? place;
      };
    }

    const halt = followStore(RED, node, options.store, {
      line,
      begin,
      count: () => output.entries,
      statusOf: following,
    });
    whenClosed(node, "the place was not kept", async (removed) => {
      removeCollector();
      halt();
      line.stop();
      const isParked = !removed && deploys.isDeploying() && options.start !== "cursor";
      if (isParked && place !== null) parkPlace(node.id, identity, place);
      await (removed ? feed?.forget() : feed?.save());
    });
  }

  function following(rate: number): NodeStatus {
    return { fill: "green", shape: "dot", text: RED._("store-feed.status.following", { rate }) };
  }

  RED.nodes.registerType("gh-store-feed", StoreFeed);
}

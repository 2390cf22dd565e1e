/** Config node: one HTTP path with the event stream, the pages and the store's answers for browsers. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import type { Backend } from "../backends/backend.ts";
import type { DeliveryClass } from "../lib/sse/published.ts";
import { parseCursor } from "../lib/store/cursor.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { type Fields, integerOption, numberOption, textOption } from "./shared/options.ts";
import { type Handler, mount } from "./sse-hub/mount.ts";
import { Pages } from "./sse-hub/pages.ts";
import { handlerOf } from "./sse-hub/routes.ts";
import { type HubState, StateBoard } from "./sse-hub/state-board.ts";
import { type StreamOptions, Streams } from "./sse-hub/streams.ts";
import { type StoreBackendNode, storeOf } from "./store-backend.ts";

export type { HubState } from "./sse-hub/state-board.ts";

export interface Publication {
  readonly topic: string;
  readonly device: string;
  readonly type: string;
  readonly value: unknown;
  readonly time: number;
  readonly cursor?: string;
}

export interface SseHubNode extends Node {
  /** Throws RangeError or TypeError where the value cannot be told. */
  publish(publication: Publication, delivery?: DeliveryClass): void;
  /** The listener is called at once with the present state. Returns unsubscribe. */
  subscribe(listener: (state: HubState) => void): () => void;
}

export interface HubOptions extends StreamOptions {
  readonly path: string;
}

const MIB = 1024 * 1024;
const KIB = 1024;
const PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/;
/** The pages take 40 s of silence for a dead connection (client/event-stream.ts). */
const MAX_KEEP_ALIVE_S = 30;
/** Node-RED waits longer, but a deploy should not. */
const CLOSE_MS = 2000;

/** Throws RangeError naming the field. */
export function readHubOptions(fields: Fields): HubOptions {
  const path = textOption(fields, "path", "/gatehouse").replace(/\/+$/, "");
  if (!PATH.test(path)) throw new RangeError(`"path" must be like /gatehouse, got ${path}`);
  return {
    path,
    maxClients: integerOption(fields, "maxClients", [1, 1_000_000], 20_000),
    maxEvents: integerOption(fields, "ringEvents", [16, 1_000_000], 16_384),
    maxBytes: numberOption(fields, "ringMib", [0.0625, 1024], 8) * MIB,
    maxLagBytes: numberOption(fields, "lagKib", [16, 1_048_576], 1024) * KIB,
    keepAliveMs: numberOption(fields, "keepAliveS", [0.15, MAX_KEEP_ALIVE_S], 15) * 1000,
    tickMs: integerOption(fields, "tickMs", [0, 10_000], 0),
  };
}

/** The hub that a node's field names; throws RangeError where there is none. */
export function hubOf(RED: NodeAPI, id: unknown): SseHubNode {
  const node = typeof id === "string" ? (RED.nodes.getNode(id) as SseHubNode | null) : null;
  if (!node || typeof node.publish !== "function") throw new RangeError('"hub" must be chosen');
  return node;
}

/** What serves once the options are right. */
interface Running {
  readonly streams: Streams;
  /** A node that publishes begins to use the hub. */
  wire(): void;
  /** It has stopped; where the hub goes on, a deploy of its flow is under way. */
  unwire(): void;
  close(): Promise<void>;
}

export default function register(RED: NodeAPI): void {
  const started = new Set<() => void>();
  watchDeploys(RED.events).onStarted(() => {
    for (const listener of [...started]) listener();
  });

  function SseHub(this: SseHubNode, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    const board = new StateBoard();
    let running = start(this, config, board);
    // Another hub may have had the path, and be gone with a later deploy.
    const retry = () => {
      running ??= start(this, config, board);
    };
    started.add(retry);

    this.subscribe = (listener) => {
      running?.wire();
      const unsubscribe = board.subscribe(listener);
      return () => {
        running?.unwire();
        unsubscribe();
      };
    };
    this.publish = (publication, delivery = "log") => {
      if (!running) throw new RangeError(board.state.fault ?? "the hub does not run");
      running.streams.publish(publication, delivery);
    };
    this.on("close", (_removed: boolean, done: () => void) => {
      started.delete(retry);
      if (!running) return done();
      running
        .close()
        .catch((fault: Error) => this.warn(fault.message))
        .finally(done);
    });
  }

  function start(node: SseHubNode, config: Fields, board: StateBoard): Running | null {
    try {
      return run(node, readHubOptions(config), storeOf(RED, config.store), board);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (board.state.fault !== error.message) node.error(error.message);
      board.show({ clients: 0, dropped: 0, serves: false, fault: error.message });
      return null;
    }
  }

  function run(node: SseHubNode, options: HubOptions, store: StoreBackendNode, board: StateBoard): Running {
    if (!RED.httpNode) throw new RangeError('"path": Node-RED serves no HTTP of nodes (httpNodeRoot is false)');
    const base = `${(RED.settings.httpNodeRoot || "/").replace(/\/+$/, "")}${options.path}`;
    const handle: Handler = (request, response) => answer(request, response);
    const unmount = mount(RED.httpNode, options.path, {
      id: node.id,
      label: `sse-hub ${node.name || node.id}`,
      handle,
    });
    let fault: string | undefined;
    const tell = () =>
      board.show({ clients: streams.clients, dropped: streams.dropped, serves: true, ...(fault && { fault }) });
    const streams = new Streams(options, store, tell);
    const answer = handlerOf({ streams, store, pages: new Pages(base) });
    const unsubscribe = store.subscribe((state) => {
      fault = state.name === "failed" ? state.detail : undefined;
      if (store.backend) streams.follow(store.backend.epoch, headOf(store.backend));
      tell();
    });
    const removeCollector = addCollector(() => samples(`sse-hub:${node.name || node.id}`, streams));
    const close = () => {
      for (const undo of [unmount, unsubscribe, removeCollector]) undo();
      return streams.close(CLOSE_MS);
    };
    let isCut = false;
    const unwire = () => {
      isCut = true;
    };
    const wire = () => {
      const { backend } = store;
      if (isCut && backend) streams.interrupt(backend.epoch, headOf(backend));
      isCut = false;
    };
    return { streams, wire, unwire, close };
  }

  RED.nodes.registerType("gh-sse-hub", SseHub);
}

function headOf(backend: Backend): number {
  return parseCursor(backend.head())?.sequence ?? 0;
}

function* samples(where: string, streams: Streams): Iterable<Sample> {
  const { clients, groups, events, ringEvents, ringBytes, full, unreplayed, dropped } = streams.counts();
  const labels = { where };
  yield { name: "gatehouse_sse_clients", labels, value: clients };
  yield { name: "gatehouse_sse_groups", labels, value: groups };
  yield { name: "gatehouse_sse_events_total", labels, value: events };
  yield { name: "gatehouse_sse_ring_events", labels, value: ringEvents };
  yield { name: "gatehouse_sse_ring_bytes", labels, value: ringBytes };
  yield* dropSamples(where, { ...dropped, full, unreplayed });
}

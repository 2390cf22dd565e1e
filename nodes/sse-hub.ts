/** Config node: one HTTP path with the event stream, the pages and the store's answers for browsers. */
import type { Server } from "node:http";
import type { Node, NodeAPI, NodeDef } from "node-red";
import type { Backend } from "../backends/backend.ts";
import type { Outcome } from "../lib/commands/command.ts";
import type { DeliveryClass } from "../lib/sse/published.ts";
import { sequenceOf } from "../lib/store/cursor.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { addCollector } from "./shared/metrics.ts";
import type { Fields } from "./shared/options.ts";
import { Browsers } from "./sse-hub/browsers.ts";
import { CommandIntake } from "./sse-hub/command-intake.ts";
import { type Door, openDoor } from "./sse-hub/door.ts";
import { forgetGuests } from "./sse-hub/guests.ts";
import { type HubOptions, readHubOptions } from "./sse-hub/hub-options.ts";
import { samples } from "./sse-hub/hub-samples.ts";
import { watchLinks } from "./sse-hub/link-watch.ts";
import { answerBodyFaults, type Handler, mount } from "./sse-hub/mount.ts";
import { serveOpenButton } from "./sse-hub/open-route.ts";
import { Pages } from "./sse-hub/pages.ts";
import { type BrowserReceiver, type Receiving, receive } from "./sse-hub/receiving.ts";
import { ResumeFaults } from "./sse-hub/resume-faults.ts";
import { handlerOf } from "./sse-hub/routes.ts";
import { type ServedView, serveView } from "./sse-hub/served-view.ts";
import { Snapshots } from "./sse-hub/snapshots.ts";
import { type HubState, StateBoard } from "./sse-hub/state-board.ts";
import { Streams } from "./sse-hub/streams.ts";
import { routeUpgrades } from "./sse-hub/upgrades.ts";
import { retainedOf, viewVersion } from "./sse-hub/versions.ts";
import { forgetViews, type View, type Views, viewsOf } from "./sse-hub/views.ts";
import { type StoreBackendNode, storeOf } from "./store-backend.ts";

export { readHubOptions } from "./sse-hub/hub-options.ts";
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
  /**
   * The listener is called at once with the present state. Returns unsubscribe. Where a node that publishes comes back,
   * browsers resume from the store: what was stored meanwhile was not published.
   */
  subscribe(listener: (state: HubState) => void, publishes?: boolean): () => void;
  /** To the browser of this id alone, where it asks for the topic: live, and in no history. Throws as `publish` does. */
  publishTo(browser: string, publication: Publication, delivery?: DeliveryClass): void;
  /** Tells the browser of this id what became of a command that it sent. */
  tell(browser: string, outcome: Outcome): void;
  /** What browsers send, and who they are; of several receivers the first one takes the commands. */
  receiveFromBrowsers(receiver: BrowserReceiver): Receiving;
  /** Throws RangeError naming who has the view's name already. */
  addView(view: View): ServedView;
}

/** Node-RED waits longer, but a deploy should not. */
const CLOSE_MS = 2000;

/** The hub that a node's field names; throws RangeError where there is none. */
export function hubOf(RED: NodeAPI, id: unknown): SseHubNode {
  const node = typeof id === "string" ? (RED.nodes.getNode(id) as SseHubNode | null) : null;
  if (!node || typeof node.publish !== "function") throw new RangeError('"hub" must be chosen');
  return node;
}

/** What outlives a path that is taken for now: other nodes hold on to it. */
interface Parts {
  readonly board: StateBoard;
  readonly browsers: Browsers;
  readonly intake: CommandIntake;
  readonly views: Views;
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
    const views = viewsOf(this.id);
    const parts = { board, browsers: new Browsers(), intake: new CommandIntake(views), views };
    let running = start(this, config, parts);
    // Another hub may have had the path, and be gone with a later deploy.
    const retry = () => {
      running ??= start(this, config, parts);
      views.settle();
    };
    started.add(retry);

    this.subscribe = (listener, publishes = true) => {
      if (publishes) running?.wire();
      const unsubscribe = board.subscribe(listener);
      return () => {
        if (publishes) running?.unwire();
        unsubscribe();
      };
    };
    this.publish = (publication, delivery = "log") => {
      if (!running) throw new RangeError(board.state.fault ?? "the hub does not run");
      running.streams.publish(publication, delivery);
    };
    this.publishTo = (browser, publication, delivery = "log") => parts.browsers.publish(browser, publication, delivery);
    this.tell = (browser, outcome) => parts.browsers.tell(browser, outcome);
    this.receiveFromBrowsers = (receiver) => receive(parts, receiver);
    this.addView = (view) => serveView(views, view, this.publish);
    this.on("close", (removed: boolean, done: () => void) => {
      started.delete(retry);
      if (removed) for (const forget of [forgetGuests, forgetViews]) forget(this.id);
      if (!running) return done();
      running
        .close()
        .catch((fault: Error) => this.warn(fault.message))
        .finally(done);
    });
  }

  function start(node: SseHubNode, config: Fields, parts: Parts): Running | null {
    try {
      const options = readHubOptions(config);
      const base = `${(RED.settings.httpNodeRoot || "/").replace(/\/+$/, "")}${options.path}`;
      return run(node, options, storeOf(RED, config.store), openDoor(RED, node.id, config, base), parts);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { board } = parts;
      if (board.state.fault !== error.message) node.error(error.message);
      board.show({ clients: 0, dropped: 0, serves: false, fault: error.message });
      return null;
    }
  }

  function run(node: SseHubNode, options: HubOptions, store: StoreBackendNode, door: Door, parts: Parts): Running {
    const { board, browsers, intake, views } = parts;
    if (!RED.httpNode) throw new RangeError('"path": Node-RED serves no HTTP of nodes (httpNodeRoot is false)');
    const handle: Handler = (request, response) => answer(request, response);
    answerBodyFaults(RED.httpAdmin, door.base);
    const unmount = mount(RED.httpNode, options.path, {
      id: node.id,
      label: `sse-hub ${node.name || node.id}`,
      handle,
    });
    routeUpgrades(RED.server as Server, `${door.base}/socket`);
    let fault: string | undefined;
    const tell = () =>
      board.show({
        clients: streams.clients,
        dropped: streams.counts().dropped.slow,
        serves: true,
        ...(fault && { fault }),
      });
    const faults = new ResumeFaults((n, detail) => node.warn(RED._("sse-hub.log.unreplayed", { n, detail })));
    const pages = new Pages(door.base);
    const streams = new Streams(options, store, tell, browsers, new Snapshots(retainedOf(views, pages)), faults);
    const answer = handlerOf({ streams, store, intake, pages, views, ...door });
    const unsubscribe = store.subscribe((state) => {
      fault = state.name === "failed" ? state.detail : undefined;
      if (store.backend) streams.follow(store.backend.epoch, headOf(store.backend));
      tell();
    });
    const unwatch = watchLinks(store, (told) => streams.publish(told, "latest"));
    const unwatchViews = views.watch((name) => streams.publish(viewVersion(views, name), "latest"));
    const removeCollector = addCollector(node, (where) => samples(where, { streams, intake, views, ...door }));
    const close = () => {
      for (const undo of [unmount, unsubscribe, unwatch, unwatchViews, removeCollector, door.close]) undo();
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
  serveOpenButton(RED);
}

function headOf(backend: Backend): number {
  return sequenceOf(backend.head());
}

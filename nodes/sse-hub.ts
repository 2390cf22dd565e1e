/**
 * Config node: one HTTP path with the event stream, the pages and the store's answers for browsers.
 * Where to look in `sse-hub/`: `running.ts` puts a hub together, `routes.ts` has what may be asked for.
 * Who may ask: `access.ts` decides, by `visitor.ts`. Event streams: `events.ts` and `sockets.ts` let one in, `streams.ts` serves it,
 * `catch-up.ts` brings it up to date. Pages: `pages.ts` has ours, `views.ts` those of flows, `view-pages.ts` their HTML.
 * Of other nodes: `outlet.ts` is an sse-out's, `receiving.ts` a browser-in's, `served-view.ts` a device-view's.
 */
import type { Node, NodeAPI, NodeDef } from "node-red";
import type { Outcome } from "../lib/commands/command.ts";
import type { DeliveryClass } from "../lib/sse/published.ts";
import { watchDeploys } from "./shared/deploys.ts";
import type { Fields } from "./shared/options.ts";
import { whenClosed } from "./shared/when-closed.ts";
import { Browsers } from "./sse-hub/browsers.ts";
import { CommandIntake } from "./sse-hub/command-intake.ts";
import { readDoorOptions } from "./sse-hub/door.ts";
import { forgetGuests } from "./sse-hub/guests.ts";
import { readHubOptions } from "./sse-hub/hub-options.ts";
import { serveOpenButton } from "./sse-hub/open-route.ts";
import type { Publication } from "./sse-hub/publication.ts";
import { type BrowserReceiver, type Receiving, receive } from "./sse-hub/receiving.ts";
import { type Parts, type Running, run } from "./sse-hub/running.ts";
import { type ServedView, serveView } from "./sse-hub/served-view.ts";
import { type HubState, StateBoard } from "./sse-hub/state-board.ts";
import { forgetViews, type View, viewsOf } from "./sse-hub/views.ts";
import { storeOf } from "./store-backend.ts";

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

/** The hub that a node's field names; throws RangeError where there is none. */
export function hubOf(RED: NodeAPI, id: unknown): SseHubNode {
  const node = typeof id === "string" ? (RED.nodes.getNode(id) as SseHubNode | null) : null;
  if (!node || typeof node.publish !== "function") throw new RangeError('"hub" must be chosen');
  return node;
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
    whenClosed(this, "the event streams were not closed", async (removed) => {
      started.delete(retry);
      if (removed) for (const forget of [forgetGuests, forgetViews]) forget(this.id);
      await running?.close();
    });
  }

  function start(node: SseHubNode, config: Fields, parts: Parts): Running | null {
    try {
      const [options, who] = [readHubOptions(config), readDoorOptions(RED, config)];
      return run(RED, node, options, { ...parts, store: storeOf(RED, config.store), who });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { board } = parts;
      if (board.state.fault !== error.message) node.error(error.message);
      board.show({ clients: 0, dropped: 0, serves: false, fault: error.message });
      return null;
    }
  }

  RED.nodes.registerType("gh-sse-hub", SseHub);
  serveOpenButton(RED);
}

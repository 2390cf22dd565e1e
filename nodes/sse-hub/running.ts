/** A hub that serves, from where its options are right until it closes: its routes on its path, its streams on its store. */
import type { Server } from "node:http";
import type { Node, NodeAPI } from "node-red";
import type { Backend } from "../../backends/backend.ts";
import { sequenceOf } from "../../lib/store/cursor.ts";
import { addCollector } from "../shared/metrics.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import type { Browsers } from "./browsers.ts";
import type { CommandIntake } from "./command-intake.ts";
import { type DoorOptions, openDoor } from "./door.ts";
import type { HubOptions } from "./hub-options.ts";
import { samples } from "./hub-samples.ts";
import { watchLinks } from "./link-watch.ts";
import { answerBodyFaults, type Handler, mount } from "./mount.ts";
import { Pages } from "./pages.ts";
import { ResumeFaults } from "./resume-faults.ts";
import { handlerOf } from "./routes.ts";
import { Snapshots } from "./snapshots.ts";
import type { StateBoard } from "./state-board.ts";
import { Streams } from "./streams.ts";
import { routeUpgrades } from "./upgrades.ts";
import { retainedOf, viewVersion } from "./versions.ts";
import type { Views } from "./views.ts";

/** What outlives a path that is taken for now: other nodes hold on to it. */
export interface Parts {
  readonly board: StateBoard;
  readonly browsers: Browsers;
  readonly intake: CommandIntake;
  readonly views: Views;
}

interface Served extends Parts {
  readonly store: StoreBackendNode;
  readonly who: DoorOptions;
}

export interface Running {
  readonly streams: Streams;
  /** A node that publishes begins to use the hub. */
  wire(): void;
  /** It has stopped; where the hub goes on, a deploy of its flow is under way. */
  unwire(): void;
  close(): Promise<void>;
}

/** Node-RED waits longer, but a deploy should not. */
const CLOSE_MS = 2000;

/** Throws RangeError where the path is taken, or Node-RED serves none. */
export function run(RED: NodeAPI, node: Node, options: HubOptions, { store, who, ...parts }: Served): Running {
  const { board, browsers, intake, views } = parts;
  if (!RED.httpNode) throw new RangeError('"path": Node-RED serves no HTTP of nodes (httpNodeRoot is false)');
  const base = `${(RED.settings.httpNodeRoot || "/").replace(/\/+$/, "")}${options.path}`;
  const handle: Handler = (request, response) => answer(request, response);
  const label = `sse-hub ${node.name || node.id}`;
  const unmount = mount(RED.httpNode, options.path, { id: node.id, label, handle });
  answerBodyFaults(RED.httpAdmin, base);
  routeUpgrades(RED.server as Server, `${base}/socket`);
  const door = openDoor(RED, node.id, who, base);
  const pages = new Pages(base);
  let fault = "";
  const show = () => {
    const { clients } = streams;
    board.show({ clients, dropped: streams.counts().dropped.slow, serves: true, ...(fault && { fault }) });
  };
  const faults = new ResumeFaults((n, detail) => node.warn(RED._("sse-hub.log.unreplayed", { n, detail })));
  const streams = new Streams(options, store, show, browsers, new Snapshots(retainedOf(views, pages)), faults);
  const answer = handlerOf({ streams, store, intake, pages, views, ...door });
  const ends = [
    unmount,
    door.close,
    store.subscribe(({ name, detail }) => {
      fault = name === "failed" ? detail : "";
      if (store.backend) streams.follow(store.backend.epoch, headOf(store.backend));
      show();
    }),
    watchLinks(store, (told) => streams.publish(told, "latest")),
    views.watch((name) => streams.publish(viewVersion(views, name), "latest")),
    addCollector(node, (where) => samples(where, { streams, intake, views, ...door })),
  ];
  const close = () => {
    for (const end of ends) end();
    return streams.close(CLOSE_MS);
  };
  return { streams, ...wiringOf(store, streams), close };
}

/** What was stored while no node published was told to nobody. */
function wiringOf(store: StoreBackendNode, streams: Streams): Pick<Running, "wire" | "unwire"> {
  let isCut = false;
  return {
    unwire() {
      isCut = true;
    },
    wire() {
      const { backend } = store;
      if (isCut && backend) streams.interrupt(backend.epoch, headOf(backend));
      isCut = false;
    },
  };
}

function headOf(backend: Backend): number {
  return sequenceOf(backend.head());
}

/** Config node: opens one store backend, hands it to the nodes that use it, and keeps it over a redeploy. */
import { isBuiltin } from "node:module";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import type { Backend, Retention } from "../backends/backend.ts";
import { BackendConnection, type BackendListener, type BackendState } from "../backends/connection.ts";
import { openMemory } from "../backends/memory.ts";
import { adopt, closeBackend, closeParked, park } from "../backends/parking.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { inTime } from "./shared/in-time.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { type Fields, idOption, integerOption, numberOption, textOption } from "./shared/options.ts";

export type { BackendState } from "../backends/connection.ts";

export interface StoreBackendNode extends Node {
  /** Set while ready, so that the hot path needs no await. */
  readonly backend: Backend | null;
  /** The cursor after which a node begins that begins now, whatever other nodes store meanwhile; null while not ready. */
  readonly beginning: string | null;
  /** This gateway's name in the store. */
  readonly gateway: string;
  /** Waits while opening; rejects with the fault. */
  open(): Promise<Backend>;
  /** The listener is called at once with the present state. Returns unsubscribe. */
  subscribe(listener: BackendListener): () => void;
}

export interface StoreOptions {
  readonly kind: "memory" | "file";
  readonly directory: string;
  readonly gateway: string;
  readonly retention: Retention;
}

const DAY_MS = 86_400_000;
const DEFAULT_MAX_COUNT = 10_000;
const DEFAULT_MAX_AGE_DAYS = 7;
/** Two thousand pictures of 30 KB, as base64 text, and more. */
const DEFAULT_MAX_TOPIC_MIB = 96;
const DEFAULT_MAX_SERIES = 10_000;
const MIB = 1024 * 1024;

/** Node-RED waits longer, but other nodes are stopping too. */
const CLOSE_MS = 3000;

/** Throws RangeError naming the field. */
export function readStoreOptions(fields: Fields, userDir: string, hasSqlite = isBuiltin("node:sqlite")): StoreOptions {
  const kind = textOption(fields, "kind", hasSqlite ? "file" : "memory");
  if (kind.startsWith("nats://")) throw new RangeError(`"kind" ${kind}: NATS comes later, use memory or file`);
  if (kind !== "memory" && kind !== "file") throw new RangeError(`"kind" must be memory or file, got ${kind}`);
  return {
    kind,
    directory: resolve(userDir, textOption(fields, "directory", "gatehouse")),
    gateway: idOption(fields, "gateway", hostname()),
    retention: {
      maxCount: integerOption(fields, "maxCount", [1, 10_000_000], DEFAULT_MAX_COUNT),
      maxAgeMs: numberOption(fields, "maxAgeDays", [0, 36_500], DEFAULT_MAX_AGE_DAYS) * DAY_MS,
      maxTopicBytes: numberOption(fields, "maxTopicMib", [0, 1_048_576], DEFAULT_MAX_TOPIC_MIB) * MIB,
      maxSeries: integerOption(fields, "maxSeries", [1, 1_000_000], DEFAULT_MAX_SERIES),
    },
  };
}

/** The store that a node's field names; throws RangeError where there is none. */
export function storeOf(RED: NodeAPI, id: unknown): StoreBackendNode {
  const node = typeof id === "string" ? (RED.nodes.getNode(id) as StoreBackendNode | null) : null;
  if (!node || typeof node.subscribe !== "function") throw new RangeError('"store" must be chosen');
  return node;
}

/** How a node that uses a store shows the store's state. */
export function storeStatus(RED: NodeAPI, state: BackendState): NodeStatus {
  if (state.name === "failed") return { fill: "red", shape: "ring", text: state.detail };
  if (state.unsaved !== undefined) {
    const text = RED._("@gatehouse/node-red/store-backend:store-backend.status.unsaved", { detail: state.unsaved });
    return { fill: "yellow", shape: "dot", text };
  }
  return {
    fill: "yellow",
    shape: "ring",
    text: RED._("@gatehouse/node-red/store-backend:store-backend.status.opening"),
  };
}

/** The file backend is loaded when chosen: not every Node has what it needs. */
async function openBackend({ kind, directory, retention }: StoreOptions, id: string): Promise<Backend> {
  if (kind === "memory") return openMemory(retention, join(directory, `keys-${encodeURIComponent(id)}.json`));
  const { openFile } = await import("../backends/file.ts");
  return openFile({ directory, retention });
}

/** What must be the same for a parked backend to be taken up again. */
function identityOf({ kind, directory, retention }: StoreOptions): string {
  return JSON.stringify([kind, directory, retention]);
}

/** `lost` counts the readings that backends before this one never brought to disk. */
function* samples(where: string, backend: Backend | null, lost: number): Iterable<Sample> {
  if (!backend) return yield* dropSamples(where, lost > 0 ? { unsaved: lost } : {});
  const { series, entries, appended, unwritten, trimmed, dropped } = backend.counts();
  const labels = { where };
  yield { name: "gatehouse_store_unwritten", labels, value: unwritten };
  yield { name: "gatehouse_store_series", labels, value: series };
  yield { name: "gatehouse_store_entries", labels, value: entries };
  yield { name: "gatehouse_store_appended_total", labels, value: appended };
  for (const [reason, value] of Object.entries(trimmed)) {
    yield { name: "gatehouse_store_trimmed_total", labels: { where, reason }, value };
  }
  yield* dropSamples(where, dropped.unsaved === undefined ? dropped : { ...dropped, unsaved: dropped.unsaved + lost });
}

/** Once when the disk takes no more readings, and once when it does again. */
function reportUnsaved(node: Node, connection: BackendConnection): void {
  let before: string | undefined;
  connection.subscribe(({ name, unsaved }) => {
    if (unsaved !== undefined && before === undefined) node.warn(`readings are kept in memory only: ${unsaved}`);
    if (unsaved === undefined && before !== undefined && name === "ready") node.warn("readings reach the disk again");
    before = unsaved;
  });
}

function lossText(readings: number): string {
  return `${readings} readings never reached the disk`;
}

/** Never rejects: a stopping node can only report. */
async function closeInTime(opening: Promise<Backend>, node: Node): Promise<void> {
  try {
    const lost = await inTime(closeBackend(opening), CLOSE_MS, `the store did not close within ${CLOSE_MS} ms`);
    if (lost > 0) node.warn(lossText(lost));
  } catch (error) {
    node.warn((error as Error).message);
  }
}

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);
  deploys.onStarted(closeLeftover);

  /** Backends whose node did not come back with the deploy. */
  function closeLeftover(): void {
    const warn = (text: string) => RED.log.warn(`store-backend: ${text}`);
    closeParked().then(
      (lost) => lost > 0 && warn(lossText(lost)),
      (fault: Error) => warn(fault.message),
    );
  }

  function StoreBackend(this: StoreBackendNode, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    let lost = 0;
    const gaveUp = (readings: number) => {
      lost += readings;
      if (readings > 0) this.warn(lossText(readings));
    };
    const connection = new BackendConnection((fault) => this.error(fault), gaveUp);
    reportUnsaved(this, connection);
    const removeCollector = addCollector(this, (where) => samples(where, connection.backend, lost));
    Object.defineProperty(this, "backend", { get: () => connection.backend });
    Object.defineProperty(this, "beginning", { get: () => connection.beginning });
    void deploys.started().then(() => connection.settle());
    this.open = () => connection.open();
    this.subscribe = (listener) => connection.subscribe(listener);
    const options = optionsOrFault(config);
    Object.defineProperty(this, "gateway", { value: options instanceof RangeError ? "" : options.gateway });
    if (options instanceof RangeError) connection.fail(options);
    else {
      const open = () => adopt(this.id, identityOf(options), () => openBackend(options, this.id), gaveUp);
      connection.start(open).catch((fault: Error) => this.error(fault.message));
    }

    this.on("close", (removed: boolean, done: () => void) => {
      removeCollector();
      const opening = connection.close();
      if (!opening || options instanceof RangeError) return done();
      if (!removed && deploys.isDeploying()) {
        park(this.id, identityOf(options), opening);
        done();
      } else closeInTime(opening, this).then(done, done);
    });
  }

  function optionsOrFault(config: Fields): StoreOptions | RangeError {
    try {
      return readStoreOptions(config, RED.settings.userDir ?? join(homedir(), ".node-red"));
    } catch (error) {
      if (error instanceof RangeError) return error;
      throw error;
    }
  }

  RED.nodes.registerType("gh-store-backend", StoreBackend);
}

/** A hub on a plain HTTP server and a memory store, as sse-hub puts it together, in the test's own process. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Backend } from "../../../backends/backend.ts";
import { openMemory } from "../../../backends/memory.ts";
import { parseCursor } from "../../../lib/store/cursor.ts";
import { Access, type AccessOptions } from "../../../nodes/sse-hub/access.ts";
import { CommandIntake } from "../../../nodes/sse-hub/command-intake.ts";
import { Guests } from "../../../nodes/sse-hub/guests.ts";
import { Pages } from "../../../nodes/sse-hub/pages.ts";
import { ResumeFaults } from "../../../nodes/sse-hub/resume-faults.ts";
import { handlerOf } from "../../../nodes/sse-hub/routes.ts";
import { SignIns } from "../../../nodes/sse-hub/sign-in.ts";
import { Snapshots } from "../../../nodes/sse-hub/snapshots.ts";
import type { StreamOptions } from "../../../nodes/sse-hub/stream-options.ts";
import { Streams } from "../../../nodes/sse-hub/streams.ts";
import { routeUpgrades } from "../../../nodes/sse-hub/upgrades.ts";
import { retainedOf } from "../../../nodes/sse-hub/versions.ts";
import { Views } from "../../../nodes/sse-hub/views.ts";

const OPTIONS: StreamOptions = {
  maxEvents: 1024,
  maxBytes: 1024 * 1024,
  maxLagBytes: 256 * 1024,
  maxClients: 100,
  keepAliveMs: 15_000,
  tickMs: 0,
};

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface ServedHub {
  readonly origin: string;
  readonly backend: Backend;
  readonly streams: Streams;
  readonly intake: CommandIntake;
  readonly access: Access;
  readonly views: Views;
  /** Of browsers that could not be brought up to date, what the log says. */
  readonly warnings: readonly string[];
  /** Appends to the store and tells it, as a flow does. */
  tell(topic: string, value: unknown): Promise<string>;
  /** Appends only: nobody tells it. */
  append(topic: string, value: unknown): Promise<string>;
  ask(path: string, headers?: Record<string, string>, method?: string, body?: string | Buffer): Promise<Answer>;
  /** A raw connection that has sent its request. */
  rawStream(path: string, headers?: Record<string, string>): Socket;
  /** The store becomes unavailable. */
  fail(detail: string): void;
  close(): Promise<void>;
}

export async function serveHub(
  options: Partial<StreamOptions> = {},
  backend?: Backend,
  pages = new Pages("/gatehouse"),
  given: Partial<AccessOptions> = {},
): Promise<ServedHub> {
  const retention = { maxCount: 10_000, maxAgeMs: 0, maxSeries: 1000 };
  const store = { backend: (backend ?? openMemory(retention)) as Backend | null, detail: "" };
  const opened = store.backend!;
  const node = {
    get backend() {
      return store.backend;
    },
    open: () => (store.backend ? Promise.resolve(store.backend) : Promise.reject(new Error(store.detail))),
    subscribe(listener: (state: { name: "failed" | "ready"; detail: string }) => void) {
      listener({ name: store.backend ? "ready" : "failed", detail: store.detail });
      return () => {};
    },
  };
  const views = new Views();
  const warnings: string[] = [];
  const faults = new ResumeFaults((browsers, reason) => warnings.push(`${browsers}: ${reason}`));
  const streams = new Streams(
    { ...OPTIONS, ...options },
    node,
    () => {},
    undefined,
    new Snapshots(retainedOf(views, pages)),
    faults,
  );
  streams.follow(opened.epoch, parseCursor(opened.head())!.sequence);
  const intake = new CommandIntake(views);
  const base = "";
  const who = { registry: null, thisMachine: "first", base, isLoopbackOnly: () => true, ...given } as const;
  const access = new Access(who, new Guests());
  const signIns = new SignIns({ access, base, isBasicTaken: false });
  const server = createServer(handlerOf({ streams, store: node, intake, pages, access, signIns, views }));
  routeUpgrades(server, "/socket");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const append = (topic: string, value: unknown) => opened.append(topic, { time: 1000, value });

  return {
    origin: `http://127.0.0.1:${port}`,
    backend: opened,
    streams,
    intake,
    access,
    views,
    warnings,
    append,
    async tell(topic, value) {
      const cursor = await append(topic, value);
      streams.publish({ topic, value, time: 1000, cursor }, "log");
      return cursor;
    },
    ask: (path, headers = {}, method = "GET", body) => ask(port, path, headers, method, body),
    rawStream: (path, headers = {}) => rawStream(port, path, headers),
    fail(detail) {
      store.backend = null;
      store.detail = detail;
    },
    async close() {
      await streams.close(1000);
      server.closeAllConnections();
      server.close();
      if (!backend) await opened.close();
    },
  };
}

/** By Node's own client, which lets a test set Host. */
async function ask(
  port: number,
  path: string,
  headers: Record<string, string>,
  method: string,
  body?: string | Buffer,
): Promise<Answer> {
  const asking = request({ host: "127.0.0.1", port, path, headers, method, agent: false });
  asking.end(body);
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode!, headers: response.headers, body: text };
}

function rawStream(port: number, path: string, headers: Record<string, string>): Socket {
  const socket = connect(port, "127.0.0.1");
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join("")}\r\n`);
  return socket;
}

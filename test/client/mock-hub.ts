/** A hub small enough to script: serves the client's own files under the real policy, and says what a test wants it to say. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { ELEMENTS, type EventForm, READINGS } from "../../lib/sse/event-form.ts";
import type { Told } from "../../lib/sse/event-text.ts";
import { isVersionTopic, readViewTopic, versionTopic } from "../../lib/sse/view-path.ts";
import { type DeviceRecord, describeDevices } from "../../lib/store/devices.ts";
import type { Entry } from "../../lib/store/reading.ts";
import { compileFilters } from "../../lib/store/topic.ts";
import { clientBuild } from "../../scripts/client.ts";
import { pageText } from "../../scripts/pages.ts";
import { eventually } from "../support/eventually.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'self'";

let files: Promise<ReadonlyMap<string, string>> | undefined;

/** Scripts and styles as the build makes them, by their place in `dist/client/`. */
export function clientFiles(): Promise<ReadonlyMap<string, string>> {
  const options = clientBuild(ROOT, "/");
  files ??= build({ ...options, write: false }).then(
    ({ outputFiles }) => new Map(outputFiles.map(({ path, text }) => [path.slice(1), text])),
  );
  return files;
}

interface Refusal {
  readonly status: number;
  readonly body: object;
}

export class MockHub {
  readonly base: string;
  epoch = "e1";
  /** In the order of their cursors. */
  entries: Entry[] = [];
  readonly keys = new Map<string, unknown>();
  /** What `/metrics` answers. */
  metrics = "";
  /** What `/browsers` answers; null where the hub does not know that. */
  browsers: object[] | null = null;
  /** Answers every request for data. */
  refusal: Refusal | null = null;
  /** False where its user's token allows no commands. */
  mayCommand = true;
  /** False leaves the browser to its own clock, which a test may turn. */
  dated = true;
  /** Of the client's files, as its pages name them. */
  version = "1";
  /** Pages of components: the content of their `main`, by their view's name, and their scripts. */
  readonly views = new Map<string, string>();
  readonly scripts = new Map<string, string>();
  /** The body of every command. */
  readonly commands: object[] = [];
  /** As whom each of them was sent. */
  readonly browsersOfCommands: (string | null)[] = [];
  /** The query of every event stream asked for. */
  readonly streams: URLSearchParams[] = [];
  /** The address of the page that asked for the newest of them. */
  leader = "";
  /** Path and query of every request, below the hub's path. */
  readonly requests: string[] = [];
  readonly open = new Set<ServerResponse>();
  readonly #wanted = new WeakMap<ServerResponse, { fits(topic: string): boolean; form: EventForm }>();
  #server: Server | undefined;
  #port = 0;
  #sequence = 0;
  readonly #sockets = new Set<Socket>();

  constructor(base = "/gatehouse") {
    this.base = base;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.base}`;
  }

  /** Starts, or starts again on the same port. */
  async start(): Promise<void> {
    await clientFiles();
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends as a killed process does: every connection is cut. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server!.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    this.open.clear();
  }

  /** Knows no more of what was than a new one, whose port is another. */
  forget(): void {
    Object.assign(this, new MockHub(this.base));
    this.#port = 0;
    this.#sequence = 0;
  }

  /** Resolves once a stream is open that wants a topic. */
  followed(topic: string): Promise<void> {
    return eventually(() => {
      for (const response of this.open) if (this.#wanted.get(response)!.fits(topic)) return;
      throw new Error(`nobody follows ${topic}`);
    });
  }

  /** What a stream asked for, but for the version of its page. */
  topicsOf(query: URLSearchParams): string[] {
    return query.getAll("topic").filter((topic) => !isVersionTopic(topic));
  }

  /** Stores a reading and sends it to every stream. */
  publish(device: string, type: string, value: unknown, time = Date.now()): Entry {
    const entry = { topic: `${device}/${type}`, value, time, cursor: `${this.epoch}-${++this.#sequence}` };
    this.entries.push(entry);
    this.#tell(entry, entry.cursor);
    return entry;
  }

  /** Tells pages which version of a view is served, or of the hub's own pages. */
  tellVersion(view?: string): void {
    this.tell(versionTopic(view), this.#versionOf(view));
  }

  #versionOf(view: string | undefined): string {
    if (view === undefined) return this.version;
    return /data-version="(\w*)"/.exec(this.views.get(view) ?? "")?.[1] ?? "";
  }

  /** Sends what is no reading: the store does not have it. */
  tell(topic: string, value: unknown, time = Date.now()): void {
    this.#tell({ topic, value, time });
  }

  #tell(told: Told, id?: string): void {
    for (const response of this.open) {
      const { fits, form } = this.#wanted.get(response)!;
      if (fits(told.topic)) response.write(form.text(told, id));
    }
  }

  /** Writes text to every stream. */
  send(text: string): void {
    for (const response of this.open) response.write(text);
  }

  devices(): DeviceRecord[] {
    const keys = [...this.keys].map(([key, value]) => ({ key, value }));
    const records = describeDevices([...this.#latest().values()], keys, Date.now());
    return this.mayCommand ? records : records.map(({ commands: _, ...record }) => record);
  }

  #latest(): Map<string, Entry> {
    return new Map(this.entries.map((entry) => [entry.topic, entry]));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, "http://localhost");
    const path = url.pathname.slice(this.base.length);
    this.requests.push(path + url.search);
    response.sendDate = this.dated;
    response.setHeader("content-security-policy", POLICY);
    const [, name = ""] = /^\/v\/([a-z0-9-]+)(?:\/|\.js|$)/.exec(path) ?? [];
    if (this.views.has(name)) {
      if (!path.endsWith(".js")) return send(response, "text/html", this.#view(name));
      return send(response, "text/javascript", this.scripts.get(name) ?? "");
    }
    const file = (await clientFiles()).get(path.slice(1).replace(/^v\//, "views/"));
    if (file !== undefined) return send(response, path.endsWith(".css") ? "text/css" : "text/javascript", file);
    const page = pageAt(path);
    if (page !== null) return send(response, "text/html", this.#page(page));
    if (this.refusal) {
      response.statusCode = this.refusal.status;
      return send(response, "application/json", JSON.stringify(this.refusal.body));
    }
    if (path === "/devices") return send(response, "application/json", JSON.stringify(this.devices()));
    if (path === "/history") return send(response, "application/json", JSON.stringify(this.#history(url.searchParams)));
    if (path === "/metrics") return send(response, "text/plain", this.metrics);
    if (path === "/browsers" && this.browsers) return send(response, "application/json", JSON.stringify(this.browsers));
    if (path === "/commands") return this.#command(url.searchParams, request, response);
    if (path === "/events") return this.#stream(url.searchParams, READINGS, request, response);
    if (path === "/elements") return this.#stream(url.searchParams, ELEMENTS, request, response);
    response.statusCode = 404;
    send(response, "text/plain", "not found");
  }

  async #command(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += chunk;
    this.browsersOfCommands.push(query.get("browser"));
    this.commands.push(JSON.parse(body) as object);
    response.statusCode = 202;
    send(response, "application/json", JSON.stringify({ id: `c-${this.commands.length}` }));
  }

  /** As the page of a user's view is made. */
  #view(name: string): string {
    const script = `<script type="module" src="${this.base}/v/${name}.js"></script>`;
    return this.#page("view.html")
      .replace("{{view-files}}", script)
      .replaceAll("{{view-title}}", name)
      .replace(/(<main[^>]*>)[\s\S]*(<\/main>)/, (_, begin, end) => begin + this.views.get(name)! + end);
  }

  #page(name: string): string {
    return pageText(ROOT, name)
      .replaceAll("{{base}}", this.base)
      .replaceAll("{{hash}}", this.version)
      .replaceAll("{{views}}", "");
  }

  #history(query: URLSearchParams): object[] {
    const topic = `${query.get("device")}/${query.get("type")}`;
    return this.entries
      .filter((entry) => entry.topic === topic)
      .slice(-Number(query.get("limit")))
      .map(({ time, value, cursor }) => ({ time, value, cursor }));
  }

  #stream(query: URLSearchParams, form: EventForm, { headers }: IncomingMessage, response: ServerResponse): void {
    this.streams.push(query);
    this.leader = headers.referer ?? "";
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const after = query.get("after");
    const from = this.entries.findIndex(({ cursor }) => cursor === after) + 1;
    const fits = compileFilters(query.getAll("topic"));
    this.#wanted.set(response, { fits, form });
    for (const topic of query.getAll("topic").filter(isVersionTopic)) {
      const value = this.#versionOf(readViewTopic(topic)?.view);
      response.write(form.text({ topic, value, time: Date.now() }));
    }
    const textOf = (entries: readonly Entry[], text: (entry: Entry) => string) =>
      entries
        .filter(({ topic }) => fits(topic))
        .map(text)
        .join("");
    if (after === null) {
      response.write(textOf([...this.#latest().values()], (entry) => form.text(entry)));
      response.write(`id: ${this.entries.at(-1)?.cursor ?? `${this.epoch}-0`}\n\n`);
    } else if (after.startsWith(`${this.epoch}-`)) {
      response.write(textOf(this.entries.slice(from), (entry) => form.text(entry, entry.cursor)));
    } else {
      const gap = { from: after, to: `${this.epoch}-${this.#sequence}` };
      response.write(`event: gap\nid: ${gap.to}\ndata: ${JSON.stringify(gap)}\n\n`);
    }
    response.write(": keep-alive\n\n");
    this.open.add(response);
    response.on("close", () => this.open.delete(response));
  }
}

function pageAt(path: string): string | null {
  if (path === "/" || path === "") return "index.html";
  if (path.startsWith("/d/")) return "device.html";
  const [, view] = /^\/v\/([a-z0-9-]+)(?:\/|$)/.exec(path) ?? [];
  return view === undefined ? null : `views/${view}.html`;
}

function send(response: ServerResponse, type: string, body: string): void {
  response.setHeader("content-type", `${type}; charset=utf-8`);
  response.end(body);
}

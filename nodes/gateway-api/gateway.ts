/** One gateway's API at work: the core with its timer, the store that answers, the monitors that watch. */

import { type Backend, BackendError } from "../../backends/backend.ts";
import { nodesOf, resetNetwork } from "../../backends/network-queries.ts";
import { isLoopback } from "../../lib/auth/this-machine.ts";
import { type ApiEvent, GatewayApi } from "../../lib/gateway-api/api.ts";
import { pushOf } from "../../lib/gateway-api/pushes.ts";
import type { KnownNode } from "../../lib/gateway-api/replies.ts";
import { commandLine, readingLine, replyLine, requestLine } from "../../lib/gateway-api/traffic.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { findSession, type Identity } from "../shared/sessions.ts";
import type { GatewayOutput } from "./gateway-output.ts";
import { answerAtOnce, answerLookup } from "./lookups.ts";
import { type MeshReading, readingOf } from "./mesh-reading.ts";
import { MonitorRoom } from "./monitor-room.ts";
import type { Parked } from "./parked.ts";
import type { GatewayOptions } from "./read-options.ts";

const ROOT_RESET = "root-reset";
/** No stranger, and no name. */
const NOBODY: Identity = {};

export class Gateway {
  leftOut = 0;
  readonly #options: GatewayOptions;
  readonly #output: GatewayOutput;
  readonly #api: GatewayApi;
  readonly #driver: Driver<ApiEvent>;
  readonly #room: MonitorRoom;
  #isExposed = false;
  #told: Pick<GatewayApi, "listeners" | "isLinked"> = { listeners: 0, isLinked: null };
  /** Nodes that have spoken since this began. */
  readonly #heard = new Set<string>();

  constructor(options: GatewayOptions, output: GatewayOutput, { sessions, robots }: Parked) {
    this.#options = options;
    this.#output = output;
    this.#api = new GatewayApi(options);
    this.#driver = drive(this.#api, (event) => this.#perform(event));
    const { monitor: endpoint, linesPerSecond, tellsPages } = options;
    const send = (text: string, session: string | null) => output.frame(text, session);
    const warn = (fault: Error) => output.warn(fault);
    this.#room = new MonitorRoom(
      { endpoint, linesPerSecond, tellsPages, send, warn, nodes: () => this.#nodes() },
      robots,
    );
    for (const one of sessions) if (findSession(one.session)) this.#driver.run(this.#api.adopt(one));
  }

  get counts() {
    const { counts, failures, listeners, isLinked } = this.#api;
    return {
      ...counts,
      failures,
      isLinked,
      isExposed: this.#isExposed,
      listeners,
      lines: this.#room.counts,
      monitors: this.#room.browsers,
    };
  }

  get parked(): Parked {
    return { sessions: this.#api.sessions, robots: this.#room.robots };
  }

  opened(session: string, isFramed: boolean, address: string): void {
    const { monitor } = this.#options;
    // Its clients show no token: what can reach it may command.
    if (address !== "" && !isLoopback(address)) this.#isExposed = true;
    if (monitor !== "" && findSession(session)?.endpoint === monitor) void this.#room.opened(session);
    else this.#api.opened(session, isFramed);
  }

  /** What monitors say is heard by nobody. */
  receive(session: string, payload: Buffer | string): void {
    if (this.#room.has(session)) return;
    const isText = typeof payload === "string";
    this.#driver.run(this.#api.receive(session, isText ? Buffer.from(payload) : payload, isText, now()));
  }

  ended(session: string): void {
    this.#driver.run(this.#api.ended(session, now()));
    this.#tellConnections();
  }

  closed(session: string): void {
    if (this.#room.has(session)) this.#room.closed(session);
    else this.#api.closed(session);
    this.#tellConnections();
  }

  linked(isLinked: boolean): void {
    this.#api.linked(isLinked);
    this.#tellConnections();
  }

  outcome(id: string, isDelivered: boolean, detail: string): void {
    this.#driver.run(this.#api.outcome(id, isDelivered, detail));
  }

  reading(given: MeshReading): void {
    const reading = readingOf(this.#options.network, given);
    if (!reading) return;
    const { device, address, type, bytes, time } = reading;
    this.#heard.add(device);
    if (address > 0) this.#room.heard(address);
    this.#room.traffic(() => readingLine(address, type, bytes));
    const push = pushOf(address, type, bytes, this.#options.pushes);
    if (push) this.#driver.run(this.#api.push(push));
    if (type === ROOT_RESET) void this.#reset(time - 1);
  }

  #perform(event: ApiEvent): void {
    if (event.type === "send") this.#send(event);
    else if (event.type === "request") this.#noteRequest(event.session, event.bytes);
    else if (event.type === "lookup") this.#lookUp(event);
    else if (event.type === "command") this.#command(event);
    else if (event.type === "close") this.#output.client(event.session, undefined, true);
    else if (event.type === "log") this.#room.log(event.text);
    else if (event.type === "robots") this.#room.reported(event.report);
    else void this.#reset(Date.now());
  }

  #send({ session, bytes, isText, close }: Extract<ApiEvent, { type: "send" }>): void {
    this.#room.traffic(() => replyLine(addressOf(session), bytes));
    this.#output.client(session, isText ? bytes.toString() : bytes, close);
  }

  /** One that has asked something is no stranger: it may be silent from now on. */
  #noteRequest(session: string, bytes: Buffer): void {
    const open = findSession(session);
    if (open?.identity === null) open.identify(NOBODY);
    this.#room.traffic(() => requestLine(addressOf(session), bytes));
    this.#tellConnections();
  }

  #command({ id, command, session }: Extract<ApiEvent, { type: "command" }>): void {
    this.#room.traffic(() => commandLine(command.address, command.payload));
    this.#output.command({ ...command, id, session, device: `${this.#options.network}/${command.address}` });
  }

  #lookUp(event: Extract<ApiEvent, { type: "lookup" }>): void {
    const { backend } = this.#options.store;
    const reply = backend && answerAtOnce(backend, event.lookup, this.#options);
    if (reply) this.#driver.run(this.#api.reply(event.ticket, reply));
    else void this.#ask(backend, event);
  }

  /** A store that is not ready says so by its own status. */
  async #ask(backend: Backend | null, { lookup, ticket }: Extract<ApiEvent, { type: "lookup" }>): Promise<void> {
    const reply = backend && (await answerLookup(backend, lookup, this.#options, this.#heard).catch(storeFault));
    this.leftOut += reply?.leftOut ?? 0;
    this.#driver.run(reply ? this.#api.reply(ticket, reply) : this.#api.fail(ticket, "store"));
  }

  async #nodes(): Promise<readonly KnownNode[]> {
    const { backend } = this.#options.store;
    return backend ? nodesOf(backend, this.#options.network, Date.now()) : [];
  }

  async #reset(at: number): Promise<void> {
    const { backend } = this.#options.store;
    try {
      if (backend) await resetNetwork(backend, this.#options.network, at);
      this.#room.reset();
    } catch (error) {
      this.#output.warn(error as Error);
    }
  }

  /** Whether somebody listens, and whether the module is connected. */
  #tellConnections(): void {
    const { listeners, isLinked } = this.#api;
    if (listeners === this.#told.listeners && isLinked === this.#told.isLinked) return;
    this.#room.connections(listeners > 0, isLinked === true);
    this.#output.changed();
    this.#told = { listeners, isLinked };
  }

  stop(): void {
    this.#driver.stop();
    this.#room.stop();
  }
}

/** Null, unless the fault is ours. */
function storeFault(error: unknown): null {
  if (error instanceof BackendError) return null;
  throw error;
}

function addressOf(session: string): string {
  return findSession(session)?.address ?? "gone";
}

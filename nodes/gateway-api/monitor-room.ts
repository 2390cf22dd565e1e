/** The browsers that monitor a gateway: who they are, and the nodes that are looked up for them while there are any. */

import { Monitor, type MonitorEvent } from "../../lib/gateway-api/monitor.ts";
import type { KnownNode } from "../../lib/gateway-api/replies.ts";
import type { RobotReport } from "../../lib/gateway-api/robots.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { openSessions } from "../shared/sessions.ts";

export interface RoomOptions {
  /** The id of the endpoint whose sessions they are; empty where there is none. */
  readonly endpoint: string;
  readonly linesPerSecond: number;
  /** Pages are told too: nobody says how many there are, so that there always may be one, and one that has just come. */
  readonly tellsPages: boolean;
  /** To one session, or to all. */
  send(text: string, session: string | null): void;
  nodes(): Promise<readonly KnownNode[]>;
  warn(fault: Error): void;
}

/** Silence disconnects a node without a word of it. */
const LOOK_EVERY_MS = 1000;
/** However many nodes come at once. */
const LOOK_APART_MS = 100;
/** Pages hear all that is present so often. */
const REPEAT_MS = 5000;

export class MonitorRoom {
  readonly #options: RoomOptions;
  readonly #monitor: Monitor;
  readonly #driver: Driver<MonitorEvent>;
  readonly #browsers = new Set<string>();
  #connected: ReadonlySet<number> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #isLooking = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #repeatedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RoomOptions, robots: readonly JsonObject[]) {
    this.#options = options;
    this.#monitor = new Monitor(options.linesPerSecond, robots);
    this.#driver = drive(this.#monitor, ({ text }) => this.#options.send(text, null));
    for (const { id, endpoint } of openSessions()) if (endpoint === options.endpoint) this.#enter(id);
    if (options.tellsPages) this.#watch();
  }

  get browsers(): number {
    return this.#browsers.size;
  }

  get counts() {
    return this.#monitor.counts;
  }

  get robots(): readonly JsonObject[] {
    return this.#monitor.robots;
  }

  has(session: string): boolean {
    return this.#browsers.has(session);
  }

  async opened(session: string): Promise<void> {
    this.#enter(session);
    await this.#look();
    for (const { text } of this.#monitor.present()) this.#options.send(text, session);
  }

  /** Whether somebody reads. */
  get #isRead(): boolean {
    return this.#browsers.size > 0 || this.#options.tellsPages;
  }

  #enter(session: string): void {
    this.#browsers.add(session);
    this.#watch();
  }

  #watch(): void {
    this.#timer ??= setInterval(() => void this.#look().then(() => this.#repeat()), LOOK_EVERY_MS).unref();
  }

  #repeat(): void {
    if (!this.#options.tellsPages || now() - this.#repeatedAt < REPEAT_MS) return;
    this.#repeatedAt = now();
    this.#tell(this.#monitor.present());
  }

  closed(session: string): void {
    this.#browsers.delete(session);
    if (!this.#isRead) this.#pause();
  }

  #pause(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    this.#timer = this.#soon = undefined;
  }

  /** A node that was not there before is told at once. */
  heard(address: number): void {
    if (!this.#isRead || this.#connected.has(address) || this.#soon !== undefined) return;
    const wait = Math.max(0, this.#lookedAt + LOOK_APART_MS - now());
    this.#soon = setTimeout(() => void this.#look(), wait).unref();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#lookedAt = now();
    try {
      const nodes = await this.#options.nodes();
      this.#connected = new Set(nodes.filter(({ isConnected }) => isConnected).map(({ address }) => address));
      this.#tell(this.#monitor.nodes(nodes));
    } catch (error) {
      this.#options.warn(error as Error);
    } finally {
      this.#isLooking = false;
    }
  }

  /** All nodes were disconnected. */
  reset(): void {
    this.#connected = new Set();
    if (this.#isRead) void this.#look();
  }

  /** Nothing is worded where nobody reads. */
  traffic(line: () => string): void {
    if (this.#isRead) this.#tell(this.#monitor.traffic(line, now()));
  }

  log(text: string): void {
    if (this.#isRead) this.#tell(this.#monitor.log(text, now()));
  }

  reported(report: RobotReport): void {
    this.#tell(this.#monitor.reported(report));
  }

  connections(socket: boolean, uart: boolean): void {
    this.#tell(this.#monitor.connections({ socket, uart }));
  }

  #tell(events: readonly MonitorEvent[]): void {
    this.#driver.run(this.#isRead ? events : []);
  }

  stop(): void {
    this.#pause();
    this.#driver.stop();
  }
}

/**
 * Ends TCP sessions whose peer vanished while it was being told something. The kernel probes a peer only while nothing
 * is under way to it, and would give up such a one after a quarter of an hour.
 */
import { readFile } from "node:fs/promises";
import { parseUnanswered } from "../../lib/sessions/tcp-table.ts";
import { now } from "../shared/drive.ts";
import type { Session } from "./session.ts";

/** The table names every connection of the machine, and those that it has just closed: reading it is dear. */
const LOOKS_PER_KEEP_ALIVE = 2;
/** Endpoints share a look. */
const FRESH_MS = 500;
const TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

const NONE: ReadonlySet<string> = new Set();

let looked: { readonly at: number; readonly keys: Promise<ReadonlySet<string>> } | null = null;

export class HalfOpenWatch {
  readonly #keepAliveMs: number;
  /** Since when nothing is acknowledged. */
  #since: ReadonlyMap<Session, number> = new Map();
  #lookedAt = now();

  constructor(keepAliveMs: number) {
    this.#keepAliveMs = keepAliveMs;
  }

  /** From time to time. */
  async check(sessions: readonly Session[], at: number): Promise<void> {
    if (at - this.#lookedAt < this.#keepAliveMs / LOOKS_PER_KEEP_ALIVE) return;
    this.#lookedAt = at;
    const doubtful = sessions.filter(({ isUnanswered }) => isUnanswered);
    const unanswered = doubtful.length > 0 ? await look(at) : NONE;
    const before = this.#since;
    const silent = doubtful.filter(({ connection }) => unanswered.has(connection));
    this.#since = new Map(silent.map((session) => [session, before.get(session) ?? at]));
    for (const [session, since] of this.#since) if (at - since >= this.#keepAliveMs) session.cut("silent");
  }
}

function look(at: number): Promise<ReadonlySet<string>> {
  if (looked === null || at - looked.at >= FRESH_MS) looked = { at, keys: read() };
  return looked.keys;
}

/** Empty where the system has no such table. */
async function read(): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(TABLES.map((path) => readFile(path, "latin1").catch(() => "")));
  return new Set(tables.flatMap((table) => [...parseUnanswered(table)]));
}

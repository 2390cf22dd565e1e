/** A part of a page that shows many topics: its data, live readings, a second's tick, and requests that are tried again. */
import { serverNow } from "./api.ts";
import { faultTitle, showFault } from "./connection.ts";
import type { LiveReading, StreamState } from "./event-stream.ts";
import { faultOf, RequestFault } from "./fault.ts";
import { pageSource } from "./shared.ts";

export interface Part {
  /** Time at which a status is judged: while the stream is lost, nothing is known of later. */
  judgedAt(): number;
  /** Loads the data, now and whenever live readings may not tell all; says so in the part's place where it fails. */
  load(): Promise<void>;
  close(): void;
}

export interface PartOptions {
  /** Says by `data-loaded` that its data is there; its `.content` is where a fault is told. */
  readonly host: HTMLElement;
  readonly topics: readonly string[];
  readonly load: () => Promise<void>;
  readonly reading: (reading: LiveReading) => void;
  readonly tick: (part: Part) => void;
}

const TICK_MS = 1_000;
/** Names and labels are set by hand, and no event tells of it. */
const RELOAD_MS = 60_000;

export function openPart(options: PartOptions): Part {
  const source = pageSource();
  const { host, topics, reading } = options;
  const part: Part = { judgedAt: () => judgedAt(source.state), load: () => load(options, part), close };
  let wasLive = false;
  const state = ({ name }: StreamState) => {
    if (name !== "live") return;
    if (wasLive || host.dataset.failed) void part.load();
    wasLive = true;
  };
  const ends = [
    ...topics.map((topic) => source.want(topic, { reading })),
    source.watch({ state, gap: () => void part.load() }),
  ];
  const clocks = [
    setInterval(() => options.tick(part), TICK_MS),
    setInterval(() => document.hidden || void part.load(), RELOAD_MS),
  ];
  void part.load();
  return part;

  function close(): void {
    for (const end of ends) end();
    for (const clock of clocks) clearInterval(clock);
  }
}

function judgedAt({ name, since }: StreamState): number {
  return name === "live" || name === "connecting" ? serverNow() : serverNow() - (Date.now() - since);
}

/** A fault takes the part's place only while there is nothing else to show. */
async function load({ host, load }: PartOptions, part: Part): Promise<void> {
  try {
    await load();
    host.dataset.loaded = document.body.dataset.loaded = "true";
    delete host.dataset.failed;
  } catch (fault) {
    if (host.dataset.loaded) return;
    host.dataset.failed = "true";
    const status = fault instanceof RequestFault ? fault.status : 0;
    // Who is signed in no longer gets the form to sign in by from the server.
    const again = () => (status === 401 ? location.reload() : void part.load());
    showFault(host.querySelector<HTMLElement>(".content")!, faultTitle(status), sentence(faultOf(fault)), again);
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** Browsers in a process of their own that note when each event arrives: streams are whole and in order, so that counting names it. */
import { once } from "node:events";
import { connect } from "node:net";
import { type Latency, type LatencyCommand, monotonicMs } from "./latency-protocol.ts";

const REQUEST = [
  "GET /gatehouse/events?topic=mesh/%23 HTTP/1.1",
  "Host: localhost:1880",
  "Accept: text/event-stream",
  "Sec-Fetch-Site: same-origin",
  "",
  "",
].join("\r\n");
/** Connections begun at a time: fewer than a listen queue holds. */
const AT_A_TIME = 250;
const COMPLETE_WITHIN_MS = 5000;
const BRACE = 0x7d;
const LINE_FEED = 0x0a;
/** Shared: each read is looked through before the next one begins. */
const buffer = Buffer.alloc(64 * 1024);

/** The arrivals of one round, browser by browser. */
class Round {
  readonly events: number;
  readonly arrivedMs: Float64Array;
  left: number;

  constructor(events: number, browsers: number) {
    this.events = events;
    this.left = events * browsers;
    this.arrivedMs = new Float64Array(this.left);
  }

  /** Of all events at all browsers; throws where some have not come. */
  latency(sentMs: readonly number[]): Latency {
    if (this.left !== 0) throw new Error(`${this.left} of ${this.arrivedMs.length} events have not come`);
    const sorted = this.arrivedMs.map((arrivedMs, index) => arrivedMs - sentMs[index % this.events]!).sort();
    const quantile = (part: number) => sorted[Math.floor(sorted.length * part)]!;
    return { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  }
}

class Browser {
  readonly #index: number;
  /** Bytes of a reading's end, brace and two line feeds, that have just come; keep-alives end otherwise. */
  #matched = 0;
  #events = 0;

  constructor(index: number) {
    this.#index = index;
  }

  begin(): void {
    this.#events = 0;
  }

  receive(length: number): void {
    const arrivedMs = monotonicMs();
    for (let at = 0; at < length; at++) {
      const byte = buffer[at]!;
      if (byte === BRACE) this.#matched = 1;
      else if (byte !== LINE_FEED || this.#matched === 0) this.#matched = 0;
      else if (++this.#matched === 3) this.#note(arrivedMs);
    }
  }

  #note(arrivedMs: number): void {
    this.#matched = 0;
    if (this.#events === round.events) throw new Error("more events came than were sent");
    round.arrivedMs[this.#index * round.events + this.#events] = arrivedMs;
    this.#events++;
    round.left--;
  }
}

const browsers: Browser[] = [];
let round = new Round(0, 0);

/** Resolves when the head of the stream has come. */
async function open(port: number): Promise<void> {
  const browser = new Browser(browsers.length);
  browsers.push(browser);
  let answered = () => {};
  const head = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const callback = (length: number) => {
    answered();
    browser.receive(length);
    return true;
  };
  const socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback } });
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(REQUEST);
  await head;
}

async function openAll(port: number, clients: number): Promise<void> {
  for (let begun = 0; begun < clients; begun += AT_A_TIME) {
    const some = Math.min(AT_A_TIME, clients - begun);
    await Promise.all(Array.from({ length: some }, () => open(port)));
  }
}

async function complete(): Promise<void> {
  const end = monotonicMs() + COMPLETE_WITHIN_MS;
  while (round.left > 0 && monotonicMs() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function perform(command: LatencyCommand): Promise<object> {
  if ("connect" in command) await openAll(command.connect.port, command.connect.clients);
  else if ("sentMs" in command) {
    await complete();
    return round.latency(command.sentMs);
  } else {
    round = new Round(command.expect, browsers.length);
    for (const browser of browsers) browser.begin();
  }
  return {};
}

process.on("message", async (command: LatencyCommand) => process.send!(await perform(command)));
process.on("disconnect", () => process.exit());

/** A million random requests through gateway-api's core and its look-ups: each must be answered, or its connection closed. */
import type { Backend } from "../../../backends/backend.ts";
import { openMemory } from "../../../backends/memory.ts";
import { type ApiEvent, GatewayApi } from "../../../lib/gateway-api/api.ts";
import { Random } from "../../../lib/simulators/random.ts";
import { answerAtOnce, answerLookup } from "../../../nodes/gateway-api/lookups.ts";
import type { FaultFigure } from "../fault.ts";

const REQUESTS = 1_000_000;
const TOGETHER = 1000;
const LONGEST = 40;
const SEED = 20_260_101;
const NODES = 20;
const OPTIONS = {
  generation: 1,
  network: "mesh",
  typeNames: new Map([[1, "GPS"]]),
  requestIdleMs: 20,
  replyTimeoutMs: 1000,
  maxRequestBytes: 64,
  needsListener: true,
  idPrefix: "fuzz",
} as const;
const WORDS = "[GET] [CMD] [REQ] [syn] ACT-C NSTAT W-LOG W-RBT RST-R SEND- SENDI BCAST CLEAN NINFO".split(" ");
const INSIDES = ["\0\x05", "\0\x05GPS", "|GPS|5", "SEND-\0\x05", "\0", "\n", '{"name":"r"}', "[", "\xff\xfe"];
const ACKNOWLEDGED = "[ack]\0";
const ANSWER = /^(S|F|\[err\]|\[ack\])/;
const NOBODY: ReadonlySet<string> = new Set();

interface Client {
  readonly isFramed: boolean;
  /** It may ask, and be answered, as often as it likes. */
  isListening: boolean;
  answers: number;
  wrong: number;
  isClosed: boolean;
  /** It went before its answer came. */
  isGone: boolean;
}

class Fuzz {
  readonly #random = new Random(SEED);
  readonly #api = new GatewayApi(OPTIONS);
  readonly #backend: Backend;
  readonly #clients = new Map<string, Client>();
  #waiting: Promise<void>[] = [];
  #now = 0;
  #opened = 0;
  #listener: string | null = null;
  readonly figures = { asked: 0, answered: 0, closed: 0, gone: 0, unanswered: 0, wrong: 0, crashes: 0 };

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get isBalanced(): boolean {
    const { requests, replies, vanished, flooded } = this.#api.counts;
    return requests === replies + vanished + flooded;
  }

  /** So many clients at once; then all time that a reply may take passes. */
  async round(): Promise<void> {
    this.#turnListener();
    const sessions = Array.from({ length: TOGETHER }, () => this.#ask());
    this.#pass(OPTIONS.requestIdleMs);
    await this.#settle();
    this.#pass(OPTIONS.replyTimeoutMs);
    await this.#settle();
    for (const session of sessions) this.#judge(session);
  }

  /** Now and then nobody listens. */
  #turnListener(): void {
    if (this.#listener !== null) this.#api.closed(this.#listener);
    this.#listener = this.#random.chance(0.9) ? this.#open(false) : null;
    if (this.#listener !== null) this.#receive(this.#listener, Buffer.from("[syn]\0"));
    this.#api.linked(this.#random.chance(0.8));
  }

  #open(isFramed: boolean): string {
    const session = `s${++this.#opened}`;
    this.#clients.set(session, { isFramed, isListening: false, answers: 0, wrong: 0, isClosed: false, isGone: false });
    this.#api.opened(session, isFramed);
    return session;
  }

  #ask(): string {
    this.figures.asked++;
    const isFramed = this.#random.chance(0.2);
    const session = this.#open(isFramed);
    const bytes = this.#request();
    const cut = isFramed ? bytes.length : this.#random.below(bytes.length + 1);
    this.#receive(session, bytes.subarray(0, cut));
    if (cut < bytes.length) this.#receive(session, bytes.subarray(cut));
    const fate = this.#random.next();
    if (fate < 0.05) this.#vanish(session);
    else if (fate < 0.5 && !isFramed) this.#perform(() => this.#api.ended(session, this.#now));
    return session;
  }

  #request(): Buffer {
    const parts = [this.#random.chance(0.9) ? WORDS[this.#random.below(WORDS.length)]! : ""];
    while (this.#random.chance(0.6)) parts.push(INSIDES[this.#random.below(INSIDES.length)]!);
    const noise = Array.from({ length: this.#random.below(this.#random.chance(0.1) ? LONGEST : 4) }, () =>
      String.fromCharCode(this.#random.below(256)),
    );
    const text = parts.join("") + noise.join("");
    return Buffer.from(text === "" ? "\0" : text, "latin1");
  }

  #vanish(session: string): void {
    this.#clients.get(session)!.isGone = true;
    this.#api.closed(session);
  }

  #receive(session: string, bytes: Buffer): void {
    this.#perform(() => this.#api.receive(session, bytes, this.#random.chance(0.5), this.#now));
  }

  #pass(ms: number): void {
    this.#now += ms;
    this.#perform(() => this.#api.handleTimer(this.#now));
  }

  async #settle(): Promise<void> {
    while (this.#waiting.length > 0) await Promise.all(this.#waiting.splice(0));
  }

  #perform(step: () => readonly ApiEvent[]): void {
    try {
      for (const event of step()) this.#hear(event);
    } catch {
      this.figures.crashes++;
    }
  }

  #hear(event: ApiEvent): void {
    if (event.type === "lookup") this.#waiting.push(this.#lookUp(event));
    else if (event.type === "command") this.#outcome(event.id);
    else if (event.type === "send" || event.type === "close") this.#note(event);
  }

  #note(event: Extract<ApiEvent, { type: "send" | "close" }>): void {
    const client = this.#clients.get(event.session);
    if (!client) return;
    if (client.isClosed) client.wrong++;
    client.isClosed ||= event.type === "close" || event.close;
    if (event.type === "close") return;
    client.answers++;
    const text = event.bytes.toString("latin1");
    client.isListening ||= text === ACKNOWLEDGED;
    if (!ANSWER.test(text)) client.wrong++;
  }

  async #lookUp({ lookup, ticket }: Extract<ApiEvent, { type: "lookup" }>): Promise<void> {
    const atOnce = this.#random.chance(0.5) ? answerAtOnce(this.#backend, lookup, OPTIONS) : null;
    const reply = atOnce ?? (await answerLookup(this.#backend, lookup, OPTIONS, NOBODY));
    this.#perform(() => this.#api.reply(ticket, reply));
  }

  /** Written, failed, or never heard of again. */
  #outcome(id: string): void {
    const fate = this.#random.below(3);
    if (fate === 2) return;
    this.#waiting.push(
      Promise.resolve().then(() => this.#perform(() => this.#api.outcome(id, fate === 0, "the wire is cut"))),
    );
  }

  /** A connection without frames has one answer and is closed, unless it listens; one with frames has an answer. */
  #judge(session: string): void {
    const { isFramed, isListening, answers, wrong, isClosed, isGone } = this.#clients.get(session)!;
    this.#clients.delete(session);
    if (isGone) this.figures.gone++;
    else if (answers > 0) this.figures.answered++;
    else if (isClosed) this.figures.closed++;
    else this.figures.unanswered++;
    const mayStay = isFramed || isListening || isGone;
    if (wrong > 0 || (!mayStay && (answers > 1 || !isClosed))) this.figures.wrong++;
    this.#api.closed(session);
  }
}

async function storeOfNodes(): Promise<Backend> {
  const backend = openMemory({ maxCount: 10, maxAgeMs: 0, maxSeries: 1000 });
  for (let address = 1; address <= NODES; address++) {
    await backend.append(`mesh/${address}/GPS`, { value: 1, raw: Buffer.from("123456"), time: Date.now() });
    await backend.put(`presence.mesh/${address}`, { firstSeen: Date.now() });
  }
  return backend;
}

export async function fuzzRequests(): Promise<FaultFigure> {
  const backend = await storeOfNodes();
  const fuzz = new Fuzz(backend);
  for (let asked = 0; asked < REQUESTS; asked += TOGETHER) await fuzz.round();
  await backend.close();
  const { asked, answered, closed, gone, unanswered, wrong, crashes } = fuzz.figures;
  return {
    fault: "gateway-api: random requests",
    figure: `${asked} requests: ${answered} answered, ${closed} closed, ${gone} clients went first, ${unanswered} unanswered, ${wrong} wrong, ${crashes} crashes`,
    promise: "each answered by S, F, [err] or closed, 0 crashes",
    kept: unanswered === 0 && wrong === 0 && crashes === 0 && fuzz.isBalanced,
  };
}

/**
 * Client programs of a mesh gateway against a bare `net` server that knows one reply: how many requests of known length
 * each sustains in a second of its CPU in which 2,000 frames arrive, with as many clients as keep it busy; then, at 1,000
 * requests and 2,000 frames a second, their latency, and that of a push from a frame's bytes to a program that listens.
 * Each request has a connection of its own.
 *
 * Nothing is taken off: all that a server's process does in a round counts, and ours reads, stores and serves the frames
 * that the bare one only looks through for what it pushes. The two take turns, so that whatever else the machine does falls
 * on both; a round's ratio is of neighbours in time, and the median is of the rounds of several processes of each, since
 * no two of them are compiled alike.
 */
import { ApiPath } from "./support/api/api-path.ts";
import type { Latency } from "./support/api/protocol.ts";
import { median, type Row, row } from "./support/rows.ts";

const PROCESSES = 3;
const ROUNDS = 5;
const CLIENTS = 32;
const REQUESTS = 6000;
/** Long enough for a server's code to be compiled as well as it will be. */
const WARM_REQUESTS = 15_000;
const PER_SECOND = 1000;
const PACED_REQUESTS = 2000;
const PACED_ROUNDS = 2;
const PEER = "bare net server";
const LEAST = 0.5;
const REQUEST_MOST_MS = 20;
const PUSH_MOST_MS = 10;

/** The rounds of all processes of one server. */
interface Measured {
  readonly file: string;
  /** Requests that a CPU second was enough for. */
  readonly perCpuSecond: number[];
  readonly requests: Latency[];
  readonly pushes: Latency[];
}

interface Contender extends Measured {
  readonly path: ApiPath;
}

function measured(file: string): Measured {
  return { file, perCpuSecond: [], requests: [], pushes: [] };
}

async function open(one: Measured): Promise<Contender> {
  const path = await ApiPath.open(one.file);
  await path.busy(WARM_REQUESTS, CLIENTS);
  return { ...one, path };
}

async function busy({ path, perCpuSecond }: Contender): Promise<void> {
  perCpuSecond.push(await path.busy(REQUESTS, CLIENTS));
}

async function paced({ path, requests, pushes }: Contender): Promise<void> {
  await path.pushes();
  requests.push(await path.paced(PACED_REQUESTS, PER_SECOND));
  pushes.push(await path.pushes());
}

/** One process of each; which of them begins changes from round to round. */
async function measure(all: readonly Measured[]): Promise<void> {
  const contenders: Contender[] = [];
  for (const one of all) contenders.push(await open(one));
  for (let round = 0; round < ROUNDS; round++) for (const one of contenders.reverse()) await busy(one);
  for (let round = 0; round < PACED_ROUNDS; round++) for (const one of contenders) await paced(one);
  for (const { path } of contenders) await path.close();
}

export default async function bench(): Promise<Row[]> {
  const [ours, theirs] = [measured("gateway.ts"), measured("bare.ts")];
  for (let process = 0; process < PROCESSES; process++) await measure([ours, theirs]);
  const p99Of = (latencies: readonly Latency[]) => median(latencies.map(({ p99Ms }) => p99Ms));
  const sustained = row("gateway-api-requests", median(ours.perCpuSecond), PEER, median(theirs.perCpuSecond), LEAST);
  const ratios = ours.perCpuSecond.map((figure, round) => figure / theirs.perCpuSecond[round]!);
  return [
    { ...sustained, ratio: median(ratios) },
    row("gateway-api-p99-ms", p99Of(ours.requests), PEER, p99Of(theirs.requests), { max: REQUEST_MOST_MS }),
    row("gateway-api-push-p99-ms", p99Of(ours.pushes), PEER, p99Of(theirs.pushes), { max: PUSH_MOST_MS }),
  ];
}

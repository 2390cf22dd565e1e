/**
 * Client programs of a mesh gateway at 1,000 requests of known length a second while 2,000 frames a second arrive, against
 * a bare `net` server that knows one reply: how many requests a CPU second of the server is enough for at that pace, their
 * latency, and that of a push from a frame's bytes to a program that listens. Each request has a connection of its own.
 * Both have answered as many requests before that it is what they sustain.
 */
import { ApiPath, type Paced } from "./support/api/api-path.ts";
import type { Latency } from "./support/api/protocol.ts";
import { median, type Row, row } from "./support/rows.ts";

const ROUNDS = 5;
const PER_SECOND = 1000;
const REQUESTS = 3000;
/** Long enough for a server's code to be compiled as well as it will be. */
const WARM_REQUESTS = 15_000;
const WARM_CLIENTS = 32;
const PEER = "bare net server";
const LEAST = 0.5;
const REQUEST_MOST_MS = 20;
const PUSH_MOST_MS = 10;

/** The rounds of one server. */
interface Measured {
  readonly path: ApiPath;
  readonly requests: Paced[];
  readonly pushes: Latency[];
}

async function open(file: string): Promise<Measured> {
  const path = await ApiPath.open(file);
  await path.warm(WARM_REQUESTS, WARM_CLIENTS);
  return { path, requests: [], pushes: [] };
}

async function measure({ path, requests, pushes }: Measured): Promise<void> {
  requests.push(await path.paced(REQUESTS, PER_SECOND));
  pushes.push(await path.pushes());
}

export default async function bench(): Promise<Row[]> {
  const [ours, theirs] = [await open("gateway.ts"), await open("bare.ts")];
  for (let round = 0; round < ROUNDS; round++) for (const one of [ours, theirs]) await measure(one);
  for (const { path } of [ours, theirs]) await path.close();
  const compare = (name: string, figure: (one: Measured) => number[], goal: Row["goal"]) =>
    row(name, median(figure(ours)), PEER, median(figure(theirs)), goal);
  return [
    compare("gateway-api-requests", ({ requests }) => requests.map(({ perCpuSecond }) => perCpuSecond), LEAST),
    compare("gateway-api-p99-ms", ({ requests }) => requests.map(({ p99Ms }) => p99Ms), { max: REQUEST_MOST_MS }),
    compare("gateway-api-push-p99-ms", ({ pushes }) => pushes.map(({ p99Ms }) => p99Ms), { max: PUSH_MOST_MS }),
  ];
}

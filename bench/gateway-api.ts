/**
 * Client programs of a mesh gateway while 2,000 frames a second arrive, against a bare `net` server that knows one reply:
 * requests of known length per CPU second of the server, the latency of 1,000 of them a second, and that of a push from
 * a frame's bytes to a program that listens. Each request has a connection of its own. Both have answered as many
 * requests before that it is what they sustain.
 */
import { ApiPath } from "./support/api/api-path.ts";
import type { Latency } from "./support/api/protocol.ts";
import { interleave, median, type Row, row } from "./support/rows.ts";

const ROUNDS = 7;
const PER_SECOND = 1000;
const PACED_REQUESTS = 3000;
const BUSY_REQUESTS = 6000;
/** Long enough for a server's code to be compiled as well as it will be. */
const WARM_REQUESTS = 15_000;
const CLIENTS = 32;
const PEER = "bare net server";
const LEAST = 0.5;
const REQUEST_MOST_MS = 20;
const PUSH_MOST_MS = 10;

interface Measured {
  readonly requests: Latency[];
  readonly pushes: Latency[];
}

async function pace(path: ApiPath, { requests, pushes }: Measured): Promise<void> {
  path.flood();
  requests.push(await path.paced(PACED_REQUESTS, PER_SECOND));
  path.quiet();
  pushes.push(await path.pushes());
}

export default async function bench(): Promise<Row[]> {
  const ours = await ApiPath.open("gateway.ts");
  const theirs = await ApiPath.open("bare.ts");
  for (const path of [ours, theirs]) await path.busy(WARM_REQUESTS, CLIENTS);
  const measured = [
    { requests: [], pushes: [] },
    { requests: [], pushes: [] },
  ] as const satisfies readonly Measured[];
  const rates = await interleave(
    { ours: () => ours.busy(BUSY_REQUESTS, CLIENTS), theirs: () => theirs.busy(BUSY_REQUESTS, CLIENTS) },
    ROUNDS,
  );
  for (let round = 0; round < ROUNDS; round++) {
    await pace(ours, measured[0]);
    await pace(theirs, measured[1]);
  }
  await ours.close();
  await theirs.close();
  const latency = (name: string, kind: keyof Measured, most: number) => {
    const [our, their] = measured.map((one) => median((one as Measured)[kind].map(({ p99Ms }) => p99Ms)));
    return row(name, our!, PEER, their!, { max: most });
  };
  return [
    row("gateway-api-requests", rates.ours, PEER, rates.theirs, LEAST),
    latency("gateway-api-p99-ms", "requests", REQUEST_MOST_MS),
    latency("gateway-api-push-p99-ms", "pushes", PUSH_MOST_MS),
  ];
}

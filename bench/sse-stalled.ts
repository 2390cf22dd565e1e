/** What 100 clients that never read cost: each is dropped at its bound, and the ring serves them all. */
import { type Row, row } from "./support/rows.ts";
import { Pair } from "./support/sse/pair.ts";

const CLIENTS = 100;
const MIB = 1024 * 1024;
/** About 2 MB in each round: the kernel holds several for each connection before the ring and the bound count. */
const WORK = { ticks: 50, eventsPerTick: 200 };
const ROUNDS = 10;

export default async function bench(): Promise<Row[]> {
  const empty = await growth(0);
  const stalled = await growth(CLIENTS);
  const more = Math.max(...stalled.map((mib, round) => mib - empty[round]!));
  return [row("sse-stalled-100-mib", more, "the same events, no client", Math.max(...empty), { max: 32 })];
}

/** What each round of events adds to the server's memory, with so many clients that never read. */
async function growth(clients: number): Promise<number[]> {
  const pair = await Pair.start("gatehouse");
  const before = (await pair.report()).rssBytes;
  if (clients > 0) await pair.connect(clients, false);
  const grown: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await pair.rate(WORK);
    grown.push(((await pair.report()).rssBytes - before) / MIB);
  }
  const { dropped } = await pair.report();
  await pair.close();
  if (dropped < clients) throw new Error(`${dropped} of ${clients} stalled clients were dropped`);
  return grown;
}

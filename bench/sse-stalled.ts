/** What 100 clients that never read cost: each is dropped at its bound, and the ring serves them all. */
import { type Row, row } from "./support/rows.ts";
import { Pair } from "./support/sse/pair.ts";

const CLIENTS = 100;
const MIB = 1024 * 1024;
/** About 2 MB in each round: the kernel holds several for each connection before the ring and the bound count. */
const WORK = { ticks: 50, eventsPerTick: 200 };
const MOST_ROUNDS = 60;
/** Rounds without a client, for what the ring and the events alone take. */
const EMPTY_ROUNDS = 10;

export default async function bench(): Promise<Row[]> {
  const idle = await growth(0);
  const stalled = await growth(CLIENTS);
  return [row("sse-stalled-100-mib", stalled - idle, "the promise", 32, { max: 32 })];
}

/** Most memory that the ring, the events and so many stalled clients add. */
async function growth(clients: number): Promise<number> {
  const pair = await Pair.start("gatehouse");
  const before = (await pair.report()).rssBytes;
  if (clients > 0) await pair.connect(clients, false);
  let most = 0;
  let dropped = 0;
  for (let round = 0; round < (clients === 0 ? EMPTY_ROUNDS : MOST_ROUNDS); round++) {
    await pair.rate(WORK);
    const now = await pair.report();
    most = Math.max(most, now.rssBytes);
    dropped = now.dropped;
    if (clients > 0 && dropped === clients) break;
  }
  await pair.close();
  if (dropped < clients) throw new Error(`${dropped} of ${clients} stalled clients were dropped`);
  return (most - before) / MIB;
}

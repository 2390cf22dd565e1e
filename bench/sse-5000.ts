/** Event streams of 5,000 clients: events delivered per CPU-second, and what an idle client costs in memory. */
import { interleave, type Row, row } from "./support/rows.ts";
import { Pair } from "./support/sse/pair.ts";
import type { Contender } from "./support/sse/protocol.ts";

const CLIENTS = 5000;
const WORK = { ticks: 15, eventsPerTick: 1 };

export default async function bench(): Promise<Row[]> {
  const ours = await connected("gatehouse");
  const theirs = await connected("better-sse");
  const rates = await interleave({ ours: () => ours.pair.rate(WORK), theirs: () => theirs.pair.rate(WORK) }, 5);
  await ours.pair.close();
  await theirs.pair.close();
  return [
    row("sse-5000", rates.ours, "better-sse", rates.theirs, 1.3),
    row("sse-idle-kib-per-client", ours.kibPerClient, "better-sse", theirs.kibPerClient, { max: 24 }),
  ];
}

async function connected(contender: Contender): Promise<{ pair: Pair; kibPerClient: number }> {
  const pair = await Pair.start(contender);
  const before = (await pair.report()).rssBytes;
  await pair.connect(CLIENTS);
  const after = (await pair.report()).rssBytes;
  return { pair, kibPerClient: (after - before) / CLIENTS / 1024 };
}

/** Event streams of 1,000 clients: one and ten events in each tick, as events delivered per CPU-second of the server. */
import { interleave, type Row, row } from "./support/rows.ts";
import { type Pair, startPairs } from "./support/sse/pair.ts";
import type { Contender, Work } from "./support/sse/protocol.ts";

const CLIENTS = 1000;

export default async function bench(): Promise<Row[]> {
  const pairs = await startPairs(["gatehouse", "raw", "better-sse", "better-sse-batch"], CLIENTS);
  const one = await measure(pairs, ["gatehouse", "raw", "better-sse"], { ticks: 40, eventsPerTick: 1 }, 9);
  const ten = await measure(
    pairs,
    ["gatehouse", "better-sse", "better-sse-batch"],
    { ticks: 20, eventsPerTick: 10 },
    5,
  );
  for (const pair of pairs.values()) await pair.close();
  return [
    row("sse-1000x1", one.gatehouse!, "raw socket writes", one.raw!, 0.95),
    row("sse-1000x1", one.gatehouse!, "better-sse", one["better-sse"]!, 1.6),
    row("sse-1000x10", ten.gatehouse!, "better-sse broadcast", ten["better-sse"]!, 3),
    row("sse-1000x10", ten.gatehouse!, "better-sse batch", ten["better-sse-batch"]!, 1.2),
  ];
}

function measure(
  pairs: ReadonlyMap<Contender, Pair>,
  names: readonly Contender[],
  work: Work,
  rounds: number,
): Promise<Partial<Record<Contender, number>>> {
  const contenders = names.map((name) => [name, () => pairs.get(name)!.rate(work)] as const);
  return interleave(Object.fromEntries(contenders), rounds);
}

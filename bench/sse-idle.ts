/** The memory of a server with 10,000 idle clients, all of it, the runtime included. */
import { type Row, row } from "./support/rows.ts";
import { Pair } from "./support/sse/pair.ts";

const CLIENTS = 10_000;
const MIB = 1024 * 1024;

export default async function bench(): Promise<Row[]> {
  const pair = await Pair.start("gatehouse");
  const empty = (await pair.report()).rssBytes / MIB;
  await pair.connect(CLIENTS);
  const full = (await pair.report()).rssBytes / MIB;
  await pair.close();
  return [row("sse-idle-10000-mib", full, "the same server, no client", empty, { max: 300 })];
}

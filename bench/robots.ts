/**
 * What a relay waits for an answer to `n`, in the shipped flows with a file store: beside 20 robots of 100 messages a second
 * and 50 relays that ask 20 times a second, against a bare `net` server that answers at once, each at moments of its own, and
 * all of them at the same moments; and beside one robot that floods a full queue, against the same relays without it.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Moments, percentile, Relay, Robot } from "../test/support/comms-load.ts";
import { Comms } from "../test/support/comms-runtime.ts";
import { median, type Row, row } from "./support/rows.ts";

const USERS = Array.from({ length: 20 }, (_, index) => `robot-${index}`);
const [FLOODING, ...OTHERS] = USERS;
const RELAYS = 50;
const PER_SECOND = 100;
const ASKS_PER_SECOND = 20;
/** Short ones, so that the medians share the moods of the machine. */
const ROUNDS = 6;
/** Not counted: the server has just started. */
const WARM_UP = 2;
const ROUND_MS = 1500;
const SETTLE_MS = 500;
const MOST_MS = 20;
const MOMENTS = ["apart", "together"] as const;
const NAMES: Readonly<Record<Moments, string>> = { apart: "robots-n-p99-ms", together: "robots-n-p99-together-ms" };
/** Of what the others wait without the flood. */
const MOST_RATIO = 2;

/** The p99 of what relays wait while they ask. */
async function waited(relays: readonly Relay[], moments: Moments): Promise<number> {
  for (const relay of relays) relay.pace(ASKS_PER_SECOND, moments);
  await sleep(SETTLE_MS);
  for (const relay of relays) relay.waits = [];
  await sleep(ROUND_MS);
  for (const relay of relays) relay.stop();
  for (const relay of relays) await relay.answered();
  return percentile(
    relays.flatMap(({ waits }) => waits),
    0.99,
  );
}

function relaysOf(users: readonly string[], port: number): Promise<Relay[]> {
  return Promise.all(Array.from({ length: RELAYS }, (_, index) => Relay.join(users[index % users.length]!, port)));
}

/** Answers every `n` at once. */
async function bareServer(): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      // What attaches a relay has no answer.
      for (const line of String(chunk).split("\n")) if (line === "n") socket.write("none\n");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

export default async function bench(): Promise<Row[]> {
  const comms = await Comms.open({ users: USERS });
  const robots = await Promise.all(USERS.map((user) => Robot.join(user, comms.bots)));
  const rows = await besideAll(comms, robots);
  // The one that floods comes and goes.
  robots[0]!.leave();
  rows.push(await besideFlood(comms, robots.slice(1)));
  for (const robot of robots) robot.leave();
  await comms.close();
  return rows;
}

async function besideAll(comms: Comms, robots: readonly Robot[]): Promise<Row[]> {
  const server = await bareServer();
  const bare = await relaysOf(USERS, (server.address() as AddressInfo).port);
  const relays = await relaysOf(USERS, comms.relays);
  const figures = MOMENTS.map((moments) => ({ moments, ours: [] as number[], theirs: [] as number[] }));
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const { moments, ours, theirs } of figures) {
      for (const robot of robots) robot.pace(PER_SECOND, moments);
      ours.push(await waited(relays, moments));
      for (const robot of robots) robot.stop();
      theirs.push(await waited(bare, moments));
      // Below capacity, as in the field: relays ask for less than robots send here.
      await Promise.all(relays.slice(0, USERS.length).map((relay) => relay.drain()));
    }
  }
  for (const relay of [...relays, ...bare]) relay.leave();
  server.close();
  return figures.map(({ moments, ...all }) => {
    const [ours, theirs] = [all.ours, all.theirs].map((waits) => median(waits.slice(WARM_UP)));
    return row(NAMES[moments], ours!, "bare net server", theirs!, { max: MOST_MS });
  });
}

/** What is left of a flood must not be taken for quiet. */
async function settled(comms: Comms): Promise<void> {
  let [before, now] = [-1, 0];
  while (now !== before) {
    await sleep(SETTLE_MS);
    [before, now] = [now, await comms.metric("gatehouse_queue_in_total")];
  }
}

async function besideFlood(comms: Comms, others: readonly Robot[]): Promise<Row> {
  const relays = await relaysOf(OTHERS, comms.relays);
  const figures = { quiet: [] as number[], flood: [] as number[] };
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const robot of others) robot.pace(PER_SECOND, "apart");
    figures.quiet.push(await waited(relays, "apart"));
    const flooding = await Robot.join(FLOODING!, comms.bots);
    flooding.blast();
    figures.flood.push(await waited(relays, "apart"));
    flooding.leave();
    for (const robot of others) robot.stop();
    await settled(comms);
    await Promise.all(relays.slice(0, OTHERS.length).map((relay) => relay.drain()));
  }
  for (const relay of relays) relay.leave();
  const [quiet, flood] = [figures.quiet, figures.flood].map((all) => median(all.slice(WARM_UP))) as [number, number];
  const most = Math.round(MOST_RATIO * quiet * 100) / 100;
  return row("robots-n-p99-beside-a-flood-ms", flood, "the same without the flood", quiet, { max: most });
}

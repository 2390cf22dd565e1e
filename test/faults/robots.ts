/** The promises of robots' queues: nothing lost below capacity nor over a kill, each robot's order kept, every message accounted for. */
import { setTimeout as sleep } from "node:timers/promises";
import type { PutRule } from "../../backends/arrival.ts";
import { openMemory } from "../../backends/memory.ts";
import { type Queues, sharedQueues } from "../../backends/relay-queues.ts";
import { queuedMessage } from "../../lib/queue/queued-message.ts";
import { Random } from "../../lib/simulators/random.ts";
import { Relay, Robot } from "../support/comms-load.ts";
import { Comms } from "../support/comms-runtime.ts";
import type { FaultFigure } from "./fault.ts";

const ROBOTS = 20;
const RELAYS = 50;
const PER_SECOND = 100;
const ASKS_PER_SECOND = 20;
const LOAD_MS = 10_000;
const QUEUED = 1000;
const BALANCED = 1_000_000;

export default async function run(): Promise<FaultFigure[]> {
  return [await load(), await killed(), await balance()];
}

/** All that was sent is in the queues, or gone out of them. */
async function arrived(comms: Comms, robots: readonly Robot[]): Promise<void> {
  const sent = robots.reduce((sum, robot) => sum + robot.sent, 0);
  while ((await comms.metric("gatehouse_queue_in_total")) < sent) await sleep(100);
  // What is counted may still be on its way to the disk.
  await sleep(500);
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > numbers[index - 1]!);
}

async function load(): Promise<FaultFigure> {
  const users = Array.from({ length: ROBOTS }, (_, index) => `robot-${index}`);
  const comms = await Comms.open({ users });
  const robots = await Promise.all(users.map((user) => Robot.join(user, comms.bots)));
  const relays = await Promise.all(
    Array.from({ length: RELAYS }, (_, index) => Relay.join(users[index % ROBOTS]!, comms.relays)),
  );
  for (const robot of robots) robot.pace(PER_SECOND);
  for (const relay of relays) relay.pace(ASKS_PER_SECOND);
  await sleep(LOAD_MS);
  for (const one of [...robots, ...relays]) one.stop();
  await arrived(comms, robots);
  for (const relay of relays) await relay.answered();
  for (const relay of relays.slice(0, ROBOTS)) await relay.drain();
  const dropped = await comms.metric("gatehouse_dropped_total");
  const sent = robots.reduce((sum, robot) => sum + robot.sent, 0);
  const got = new Set(relays.flatMap(({ user, got }) => got.map((number) => `${user} ${number}`)));
  const all = relays.reduce((sum, relay) => sum + relay.got.length, 0);
  const isOrdered = relays.every((relay) => isAscending(relay.got));
  for (const one of [...robots, ...relays]) one.leave();
  await comms.close();
  return {
    fault: "20 robots, 50 relays",
    figure: `${sent} sent, ${sent - got.size} lost, ${all - got.size} twice, ${dropped} dropped, ${isOrdered ? "in order" : "out of order"}`,
    promise: "0 lost, 0 twice, 0 dropped, in order",
    kept: got.size === sent && all === sent && dropped === 0 && isOrdered,
  };
}

/** Killed without warning while a relay empties a queue of 1,000. */
async function killed(): Promise<FaultFigure> {
  const comms = await Comms.open({ users: ["robot-0"] });
  const robot = await Robot.join("robot-0", comms.bots);
  robot.send(QUEUED);
  await arrived(comms, [robot]);
  const before = await Relay.join("robot-0", comms.relays);
  const draining = before.drain();
  while (before.got.length < QUEUED / 3) await sleep(1);
  await comms.kill();
  robot.leave();
  await Promise.race([draining, sleep(1000)]);
  before.leave();
  await comms.start();
  const after = await Relay.join("robot-0", comms.relays);
  await after.drain();
  const got = new Set([...before.got, ...after.got]);
  const twice = before.got.length + after.got.length - got.size;
  after.leave();
  await comms.close();
  return {
    fault: "kill -9 with a full queue",
    figure: `${QUEUED} queued, ${before.got.length} handed out before, ${QUEUED - got.size} lost, ${twice} twice`,
    promise: "0 lost, in order; twice what the disk did not yet know to be handed out",
    kept: got.size === QUEUED && isAscending(before.got) && isAscending(after.got),
  };
}

/** Bursts and questions at random over ten queues that are too small, some messages with a deadline that passes. */
async function balance(): Promise<FaultFigure> {
  const backend = openMemory({ maxCount: 10_000, maxAgeMs: 0, maxSeries: 1000 });
  const queues = sharedQueues(backend);
  const random = new Random(1);
  const names = Array.from({ length: 10 }, (_, index) => `robot-${index}`);
  let [sent, out, dropped] = [0, 0, 0];
  const rule: PutRule = {
    capacity: 50,
    maxBytes: 10_000,
    overflow: "drop-oldest",
    isLatest: false,
    dropped: (_queue, _reason, count) => {
      dropped += count;
    },
    retired: () => undefined,
    fault: (error) => {
      throw error;
    },
  };
  while (sent < BALANCED) {
    const queue = names[random.below(names.length)]!;
    const burst = Array.from({ length: Math.min(random.below(80), BALANCED - sent) }, () => put(queues, queue));
    sent += burst.length;
    out += await take(queues, queue, random.below(60));
    await Promise.all(burst);
  }
  const held = (await Promise.all(names.map((name) => queues.size(name)))).reduce((sum, size) => sum + size, 0);
  await backend.close();
  return {
    fault: "a million messages, small queues",
    figure: `${sent} in, ${out} out, ${dropped} dropped, ${held} held`,
    promise: "in = out + dropped + held",
    kept: sent === out + dropped + held && dropped > 0 && held > 0,
  };

  function put(to: Queues, queue: string): Promise<void> {
    const deadline = random.chance(0.1) ? { deadline: Date.now() + random.below(3) - 1 } : {};
    return to.put(queue, queuedMessage({ payload: sent, ...deadline }, Date.now(), null), rule);
  }

  async function take(from: Queues, queue: string, most: number): Promise<number> {
    let taken = 0;
    for (; taken < most; taken++) {
      const next = await from.next(queue, { reader: "", now: Date.now() }, rule);
      if (!next) break;
      await next.ack();
    }
    return taken;
  }
}

/** The promises of a gateway and a hub in processes of their own: the hub is killed again and again under load, and is away for long. */
import { setTimeout as wait } from "node:timers/promises";
import { connectDevice } from "../../client/library/node.ts";
import { type EditorComms, openComms } from "../support/editor-comms.ts";
import { GatewayAndHub } from "../support/gateway-and-hub.ts";
import type { FaultFigure } from "./fault.ts";

const DEVICES = ["a", "b", "c", "d", "e"];
/** While the hub is killed and started again, the gateway's queue must hold it all. */
const PER_SECOND = 4;
/** More than it holds while the hub is away for long. */
const TOO_MANY_PER_SECOND = 10;
const KILLS = 5;
const LIVE_MS = 2000;
const AWAY_MS = 60_000;
/** Beyond the longest wait between two attempts of the gateway to connect. */
const SETTLE_MS = 90_000;
/** Of the shipped gateway's queue for its hub. */
const CAPACITY = 1000;

export default async function run(): Promise<FaultFigure[]> {
  return [...(await killed()), await away()];
}

class Senders {
  readonly told: unknown[] = [];
  readonly #devices;
  readonly #sending;
  written = 0;

  constructor(port: number, perSecond: number) {
    this.#devices = DEVICES.map((id) =>
      connectDevice(`tcp://127.0.0.1:${port}`, { id, onMessage: (message) => this.told.push(message) }),
    );
    this.#sending = setInterval(() => {
      this.written++;
      for (const device of this.#devices) device.write({ n: this.written });
    }, 1000 / perSecond);
  }

  /** Resolves once the gateway has acknowledged all. */
  async finish(): Promise<void> {
    clearInterval(this.#sending);
    while (this.#devices.some(({ held }) => held > 0)) await wait(20);
  }

  close(): void {
    for (const device of this.#devices) device.close();
  }
}

async function killed(): Promise<FaultFigure[]> {
  const both = await GatewayAndHub.start();
  const senders = new Senders(both.devicePort, PER_SECOND);
  for (let kill = 0; kill < KILLS; kill++) {
    await wait(LIVE_MS);
    await both.killHub();
    await both.restartHub();
    // A gateway waits longer after each short connection; with all of them short its queue would overflow.
    await both.storedUpTo(DEVICES[0]!, senders.written, SETTLE_MS);
  }
  await senders.finish();
  const written = senders.written * DEVICES.length;
  const { known, doubled, misplaced } = await seen(both, () => written);
  const lost = written - known;
  const statuses = await Promise.all(DEVICES.map((id) => both.command(id, "reset", 1)));
  const latest = performance.now() + SETTLE_MS;
  while (senders.told.length < DEVICES.length && performance.now() < latest) await wait(20);
  senders.close();
  await both.end();
  return [
    {
      fault: "hub: kill -9 under load",
      figure: `${KILLS} kills, ${written} acknowledged by the gateway, ${lost} lost at the hub, ${doubled} doubled, ${misplaced} out of order`,
      promise: "0 lost, 0 doubled, order kept",
      kept: written > 0 && lost + doubled + misplaced === 0,
    },
    {
      fault: "hub: commands afterwards",
      figure: `${statuses.filter((status) => status === 202).length} taken by the hub, ${senders.told.length} heard by devices`,
      promise: `${DEVICES.length} taken, each heard once`,
      kept: senders.told.length === DEVICES.length,
    },
  ];
}

/** The gateway's queue stops at its bound, and what gave way is told: all is stored, or counted. */
async function away(): Promise<FaultFigure> {
  const both = await GatewayAndHub.start();
  const comms = await openComms(both.gateway.origin);
  const senders = new Senders(both.devicePort, TOO_MANY_PER_SECOND);
  await both.storedUpTo("a", 10);
  await both.killHub();
  await wait(AWAY_MS);
  await both.restartHub();
  await senders.finish();
  const written = senders.written * DEVICES.length;
  // Who is there is told anew when the hub is back, and takes places in the queue too.
  const { known, doubled, misplaced } = await seen(both, () => written - droppedOf(comms));
  const dropped = droppedOf(comms);
  comms.close();
  senders.close();
  await both.end();
  return {
    fault: `hub: away for ${AWAY_MS / 1000} s`,
    figure: `${written} acknowledged by the gateway, ${known} stored at the hub, ${dropped} told as given way, ${doubled} doubled, ${misplaced} out of order`,
    promise: `a queue of ${CAPACITY}, all stored or told`,
    kept: dropped > 0 && written === known + dropped && doubled + misplaced === 0,
  };
}

/** What the gateway's node says in the editor: "1 connected, 2000 dropped". */
function droppedOf(comms: EditorComms): number {
  const texts = comms.all().map((text) => JSON.parse(text) as { topic: string; data: { text?: string } });
  const last = texts.filter(({ topic }) => topic === "status/bridge-uplink").at(-1);
  return Number(/(\d+) dropped/.exec(last?.data.text ?? "")?.[1] ?? 0);
}

/** What the hub has stored, once that is so much in all. */
async function seen(both: GatewayAndHub, count: () => number) {
  const latest = performance.now() + SETTLE_MS;
  for (;;) {
    const stored = await Promise.all(DEVICES.map((id) => both.storedAtHub(id)));
    const known = sum(stored, (numbers) => new Set(numbers).size);
    if (known < count() && performance.now() < latest) continue;
    const doubled = sum(stored, ({ length }) => length) - known;
    const misplaced = sum(stored, (all) => all.filter((n, index) => index > 0 && n < all[index - 1]!).length);
    return { known, doubled, misplaced };
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

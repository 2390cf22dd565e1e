/** Follows topics: their newest readings first, as many of each as are wanted, in the order of the store; then the live ones. */
import { hasWildcard, splitTopic } from "../../lib/store/topic.ts";
import { fetchHistory } from "../api.ts";
import type { LiveReading } from "../event-stream.ts";
import { isNewer } from "../series.ts";
import type { Receiver } from "../source.ts";
import type { Meta } from "./component.ts";
import { source } from "./page-source.ts";

type Reading = Meta & { readonly value: unknown };

interface Follower {
  /** Hears of some twice: as history, and live. */
  reading(reading: Reading): void;
  gap(): void;
}

/** The hub gives no more at once. */
const MOST = 10_000;

/** Returns how to end that. Live readings wait for the history, and come without it where there is none to be had. */
export function historyOf(topics: readonly string[], limit: number, follower: Follower): () => void {
  const remembered = limit > 0 ? topics.filter((topic) => !hasWildcard(topic)) : [];
  let waiting: Reading[] | null = remembered.length > 0 ? [] : null;
  let isEnded = false;
  const receiver: Receiver = {
    reading: (reading) => (waiting ? waiting.push(withCursor(reading)) : follower.reading(withCursor(reading))),
    gap: () => follower.gap(),
  };
  const ends = topics.map((topic) => source().want(topic, receiver));
  if (waiting) {
    void Promise.all(remembered.map((topic) => past(topic, limit))).then((histories) => {
      const all = histories.flat().sort((a, b) => (isNewer(a, b) ? 1 : -1));
      for (const reading of [...all, ...waiting!]) if (!isEnded) follower.reading(reading);
      waiting = null;
    });
  }
  return () => {
    isEnded = true;
    for (const end of ends) end();
  };
}

async function past(topic: string, limit: number): Promise<Reading[]> {
  const { device, type } = splitTopic(topic)!;
  const samples = await fetchHistory(source().base, device, type, Math.min(limit, MOST)).catch(() => []);
  return samples.map(({ time, value, cursor = null }) => ({ topic, device, type, time, value, cursor }));
}

function withCursor(reading: LiveReading): Reading {
  return reading.cursor === undefined ? { ...reading, cursor: null } : (reading as Reading);
}

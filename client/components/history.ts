/** Follows one topic: its newest readings first, as many as are wanted, then the live ones, none missed and none twice. */
import { hasWildcard, splitTopic } from "../../lib/store/topic.ts";
import { fetchHistory } from "../api.ts";
import type { LiveReading } from "../event-stream.ts";
import { mergeHistory, type Sample } from "../series.ts";
import type { Receiver } from "../source.ts";
import type { Meta } from "./component.ts";
import { source } from "./page-source.ts";

interface Follower {
  reading(reading: Meta & { readonly value: unknown }): void;
  gap(): void;
}

/** The hub gives no more at once. */
const MOST = 10_000;

/** Returns how to end that. Live readings wait for the history, and come without it where there is none to be had. */
export function historyOf(topic: string, limit: number, follower: Follower): () => void {
  let waiting: LiveReading[] | null = limit > 0 && !hasWildcard(topic) ? [] : null;
  let isEnded = false;
  const receiver: Receiver = {
    reading: (reading) => (waiting ? waiting.push(reading) : follower.reading(withCursor(reading))),
    gap: () => follower.gap(),
  };
  const end = source().want(topic, receiver);
  if (waiting) {
    void past(topic, limit).then((samples) => {
      const live = waiting ?? [];
      waiting = null;
      if (isEnded) return;
      for (const sample of mergeHistory(samples, live, MOST))
        follower.reading({ ...partsOf(topic), ...sample, cursor: sample.cursor ?? null });
    });
  }
  return () => {
    isEnded = true;
    end();
  };
}

async function past(topic: string, limit: number): Promise<Sample[]> {
  const { device, type } = partsOf(topic);
  return fetchHistory(source().base, device, type, Math.min(limit, MOST)).catch(() => []);
}

function partsOf(topic: string): { topic: string; device: string; type: string } {
  return { topic, ...splitTopic(topic)! };
}

function withCursor(reading: LiveReading): Meta & { value: unknown } {
  return reading.cursor === undefined ? { ...reading, cursor: null } : (reading as Meta & { value: unknown });
}

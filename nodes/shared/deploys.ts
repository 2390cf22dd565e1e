/** Tells a deploy from the end of the runtime, and when all nodes of a deploy stand. */
import type { EventEmitter } from "node:events";

export interface Deploys {
  /** Whether the stop under way is followed by a start: a stop of the very flows that were started ends or pauses the runtime. */
  isDeploying(): boolean;
  /** Resolves when every node of the start under way is there: what is sent earlier may find no receiver. */
  started(): Promise<void>;
  /** Called at each start, once all nodes stand, until the returned function is called. */
  onStarted(listener: () => void): () => void;
}

const watched = new WeakMap<EventEmitter, Deploys>();

/** One watch for each runtime, however many nodes ask. */
export function watchDeploys(events: EventEmitter): Deploys {
  const known = watched.get(events);
  if (known) return known;
  const deploys = watch(events);
  watched.set(events, deploys);
  return deploys;
}

function watch(events: EventEmitter): Deploys {
  let startedConfig: unknown;
  let stoppingConfig: unknown;
  let waiting: (() => void)[] = [];
  const listeners = new Set<() => void>();
  events.on("flows:stopping", ({ config }: { config: unknown }) => {
    stoppingConfig = config;
  });
  events.on("flows:started", ({ config }: { config: unknown }) => {
    startedConfig = config;
    const due = [...waiting, ...listeners];
    waiting = [];
    for (const listener of due) listener();
  });
  return {
    isDeploying: () => stoppingConfig !== startedConfig,
    started: () => new Promise((resolve) => void waiting.push(resolve)),
    onStarted: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

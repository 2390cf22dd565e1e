/** Tells browsers when the connection of a device opens or closes, where its protocol has one: `$live/<device>/connected`. */
import type { Backend } from "../../backends/backend.ts";
import type { Told } from "../../lib/sse/event-text.ts";
import { type DeviceLink, LINK_PREFIX } from "../../lib/store/device-keys.ts";
import { LIVE_ONLY } from "../../lib/store/topic.ts";
import type { StoreBackendNode } from "../store-backend.ts";

type Tell = (told: Told) => void;

/** Goes on with another backend where the store gets one. Returns how to end that. */
export function watchLinks(store: Pick<StoreBackendNode, "backend" | "subscribe">, tell: Tell): () => void {
  let watched: Backend | null = null;
  let watching = new AbortController();
  const unsubscribe = store.subscribe(() => {
    if (store.backend === watched) return;
    watching.abort();
    watching = new AbortController();
    watched = store.backend;
    if (watched) void follow(watched, watching.signal, tell);
  });
  return () => {
    unsubscribe();
    watching.abort();
  };
}

/** A store that fails tells it elsewhere; the list of devices still has the truth. */
async function follow(backend: Backend, signal: AbortSignal, tell: Tell): Promise<void> {
  try {
    for await (const { key, value } of backend.watch(LINK_PREFIX, { signal })) {
      const topic = `${LIVE_ONLY}${key.slice(LINK_PREFIX.length)}/connected`;
      tell({ topic, value: (value as DeviceLink | null)?.connected === true, time: Date.now() });
    }
  } catch {}
}

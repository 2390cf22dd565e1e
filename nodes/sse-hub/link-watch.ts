/**
 * Tells browsers when the connection of a device opens or closes, where its protocol has one (`$live/<device>/connected`),
 * when more is known of the commands that a device takes (`$live/<device>/commands`),
 * and when all devices of a network are disconnected at once (`$live/<network>/reset`).
 */
import type { Backend } from "../../backends/backend.ts";
import type { Told } from "../../lib/sse/event-text.ts";
import { COMMAND_PREFIX, type DeviceLink, LINK_PREFIX, RESET_PREFIX, type Reset } from "../../lib/store/device-keys.ts";
import { LIVE_ONLY, splitTopic } from "../../lib/store/topic.ts";
import type { StoreBackendNode } from "../store-backend.ts";

type Publish = (told: Told) => void;

/** Goes on with another backend where the store gets one. Returns how to end that. */
export function watchLinks(store: Pick<StoreBackendNode, "backend" | "subscribe">, publish: Publish): () => void {
  const tell = (name: string, value: unknown) => publish({ topic: LIVE_ONLY + name, value, time: Date.now() });
  let watched: Backend | null = null;
  let watching = new AbortController();
  const unsubscribe = store.subscribe(() => {
    if (store.backend === watched) return;
    watching.abort();
    watching = new AbortController();
    watched = store.backend;
    if (!watched) return;
    void follow(watched, LINK_PREFIX, watching.signal, (device, value) =>
      tell(`${device}/connected`, (value as DeviceLink | null)?.connected === true),
    );
    void follow(watched, COMMAND_PREFIX, watching.signal, (command, value) =>
      tell(`${splitTopic(command)?.device}/commands`, value !== null),
    );
    void follow(watched, RESET_PREFIX, watching.signal, (network, value) =>
      tell(`${network}/reset`, (value as Reset | null)?.at ?? 0),
    );
  });
  return () => {
    unsubscribe();
    watching.abort();
  };
}

/** A store that fails tells it elsewhere; the list of devices still has the truth. */
async function follow(
  backend: Backend,
  prefix: string,
  signal: AbortSignal,
  tell: (name: string, value: unknown) => void,
): Promise<void> {
  try {
    for await (const { key, value } of backend.watch(prefix, { signal })) tell(key.slice(prefix.length), value);
  } catch {}
}

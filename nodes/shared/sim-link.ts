/** Process-wide pairs of byte streams: a simulator holds one end of `sim:<name>`, a port the other. */
import type { ByteLink, LinkListener } from "./byte-link.ts";
import { LinkError } from "./link-error.ts";

/** Bytes on their way to one end; a write beyond it is refused. */
const MAX_HELD_BYTES = 256 * 1024;

class SimEnd implements ByteLink {
  readonly #listener: LinkListener;
  readonly #leave: () => void;
  peer: SimEnd | null = null;
  #heldBytes = 0;
  #open = true;

  constructor(listener: LinkListener, leave: () => void) {
    this.#listener = listener;
    this.#leave = leave;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const peer = this.peer;
    if (!this.#open) throw new LinkError("closed", "the link is closed");
    if (!peer) throw new LinkError("unheard", "nobody holds the other end");
    await peer.#accept(Buffer.from(bytes));
  }

  /** Delivers in a turn of its own, as a wire does, so that neither end runs inside the other. */
  #accept(chunk: Buffer): Promise<void> {
    if (this.#heldBytes + chunk.length > MAX_HELD_BYTES) {
      return Promise.reject(new LinkError("full", "the other end reads too slowly"));
    }
    this.#heldBytes += chunk.length;
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#heldBytes -= chunk.length;
        if (!this.#open) return reject(new LinkError("closed", "the other end left"));
        this.#listener.bytes(chunk);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#leave();
  }

  /** The other end is gone for good. */
  end(reason: Error): void {
    if (!this.#open) return;
    this.#open = false;
    this.#leave();
    this.#listener.closed(reason);
  }
}

interface Pair {
  host: SimEnd | null;
  guest: SimEnd | null;
}

const pairs = new Map<string, Pair>();
const watchers = new Map<string, Set<() => void>>();

/** The simulator's end; throws where another simulator holds it. */
export function hostSim(name: string, listener: LinkListener): ByteLink {
  if (pairs.has(name)) throw new LinkError("busy", `sim:${name} has a simulator already`);
  const pair: Pair = { host: null, guest: null };
  const host = new SimEnd(listener, () => {
    pairs.delete(name);
    pair.guest?.end(new LinkError("closed", `the simulator of sim:${name} stopped`));
  });
  pair.host = host;
  pairs.set(name, pair);
  for (const appeared of watchers.get(name) ?? []) appeared();
  return host;
}

/** The port's end; throws where there is no simulator, as an unplugged device would. */
export function joinSim(name: string, listener: LinkListener): ByteLink {
  const pair = pairs.get(name);
  if (!pair?.host) throw new LinkError("absent", `no simulator for sim:${name}`);
  if (pair.guest) throw new LinkError("busy", `sim:${name} is in use`);
  const guest = new SimEnd(listener, () => {
    pair.guest = null;
    if (pair.host) pair.host.peer = null;
  });
  guest.peer = pair.host;
  pair.host.peer = guest;
  pair.guest = guest;
  return guest;
}

/** Calls when a simulator takes its end; the returned function ends that. */
export function watchSim(name: string, appeared: () => void): () => void {
  const set = watchers.get(name) ?? new Set();
  watchers.set(name, set.add(appeared));
  return () => {
    set.delete(appeared);
    if (set.size === 0) watchers.delete(name);
  };
}

/** Names with a simulator, for the editor's list of ports. */
export function simNames(): string[] {
  return [...pairs.keys()];
}

/** One open connection as a session sees it, whatever carries it. */
import type { Outgoing } from "../../lib/sessions/send-queue.ts";

export interface WireListener {
  /** Bytes of a stream, or a whole message of a transport that has messages. */
  received(payload: Buffer | string): void;
  /** A sign of life that is no message. */
  heard(): void;
  /** The peer sends no more, and still reads. */
  ended(): void;
  /** A message that broke a rule of the transport; the connection ends after it. */
  dropped(reason: "too-long" | "utf8"): void;
  /** Once, last. */
  closed(reason: string): void;
}

export interface Wire {
  /** As the system's table names it, where its acknowledgements must be watched; else empty. Asking the system costs. */
  readonly connection: string;
  /** Whether the system has taken all that was written. */
  isFlushed(): boolean;
  /** In one call of the system; `taken` is called some time after that took them. */
  write(items: readonly Outgoing[], taken: () => void): void;
  /** Reads nothing more, until `resume`. */
  pause(): void;
  resume(): void;
  /** Lets the kernel find a peer that is gone. */
  watch(keepAliveMs: number): void;
  /** Asks for a sign of life, where the transport has a way. */
  ping(): void;
  /** Says goodbye behind what was written. */
  end(reason: string): void;
  /** At once; `closed` still comes. */
  destroy(): void;
}

/** Where a connection comes from or leads to, and what it said of itself at its beginning. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  /** That we connected to. */
  readonly url?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One connected browser: the group it shares its filters with, and how far it has been served. */
import type { Group } from "./group.ts";

/** Where a client's bytes go; false asks it to wait for `drained`. A socket is one. */
export interface ClientSink {
  /** True while it waits for `drained`. */
  readonly writableNeedDrain?: boolean;
  /** Bytes that it holds for its reader. */
  readonly writableLength?: number;
  write(chunk: Uint8Array): boolean;
}

/** It has all that was flushed, and takes each tick's joined chunk as it comes. */
export const LIVE = -1;
/** It is being served from elsewhere (a snapshot, the store) and does not follow the ring yet. */
export const HELD = -2;

export class Client {
  readonly sink: ClientSink;
  readonly group: Group;
  /** Ring events without a sequence are its own from this index on. */
  readonly liveFrom: number;
  /** Index of the next ring event to send, or LIVE, or HELD. */
  position = HELD;
  /** It has whatever it may have of the sequences up to this one. */
  servedThrough = 0;
  /** The group's byte count up to which it has been served, while it is not LIVE. */
  servedBytes: number;
  /** Its place in the group. */
  index = -1;
  /** The part of a keep-alive round in which it is served. */
  readonly slot: number;

  constructor(sink: ClientSink, group: Group, liveFrom: number, slot: number) {
    this.sink = sink;
    this.group = group;
    this.liveFrom = liveFrom;
    this.slot = slot;
    this.servedBytes = group.bytes;
  }
}

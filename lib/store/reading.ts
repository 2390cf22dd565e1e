/** The one message every device protocol is turned into at the edge: a value, its time, and the bytes it came from. */

/** A value as a flow carries it: number, string, boolean, null, JSON object or array, or bytes. */
export type Value = unknown;

export interface Reading {
  /** Milliseconds since 1970, stamped once where the reading enters. */
  readonly time: number;
  readonly value: Value;
  /** The value's bytes as received, where a protocol has them. */
  readonly raw?: Uint8Array;
}

/** A reading as the store keeps it. */
export interface Entry extends Reading {
  /** `<network>/<address>/<type>` */
  readonly topic: string;
  /** `<epoch>-<sequence>`, the position in the store's one stream. */
  readonly cursor: string;
}

/** A stretch of the stream that can no longer be supplied: after `from`, up to and including `to`. */
export interface Gap {
  readonly from: string;
  readonly to: string;
}

/** Appends readings of one topic at once, and answers with their cursors; throws the store's errors. */
export interface Appender {
  /** The store that it appends to. */
  readonly store: object;
  append(reading: Reading): string;
}

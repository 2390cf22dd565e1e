/** What a client needs of a connection, whatever carries it. */

export interface LinkListener {
  opened(): void;
  received(bytes: Uint8Array): void;
  /** Once, whether it ever opened or not. `fault` is null where the other side ended it in order. */
  closed(fault: string | null): void;
}

export interface Link {
  /** Text is a text frame where there are frames. */
  send(content: Uint8Array | string): void;
  /** Nothing more will be sent: a gateway need not wait for the rest of a request. */
  end(): void;
  close(): void;
}

export interface Transport {
  /** A reply is one message; on a byte stream it is all that comes until the connection ends. */
  readonly isFramed: boolean;
  open(listener: LinkListener): Link;
}

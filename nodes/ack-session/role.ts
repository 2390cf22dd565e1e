/** What an ack-session does with its inputs, whichever side of the protocol it plays. */
import type { GatehouseMessage } from "../shared/message.ts";

export interface Role {
  /** Peers that are connected. */
  readonly peers: number;
  /** Messages that wait: for a flow, or for a peer. */
  readonly held: number;
  opened(message: GatehouseMessage): void;
  closed(message: GatehouseMessage): void;
  /** Somebody whom its endpoint connects to from now on, or no more. */
  target(message: GatehouseMessage): void;
  /** From the wire. */
  received(message: GatehouseMessage): void;
  /** From the flow, for a peer. Throws RangeError or TypeError naming what is wrong. */
  send(message: GatehouseMessage): void;
  /** The flow has a message, or one of its parts. */
  confirm(message: GatehouseMessage): void;
  stop(): Promise<void>;
}

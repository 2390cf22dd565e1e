/** What a user of the client library may say, and is told. */
import type { MeshFault } from "../../lib/mesh-client/replies.ts";
import type { Generation } from "../../lib/mesh-client/requests.ts";
import type { NodeMessage } from "./subscriptions.ts";

export interface ClientOptions {
  /** The gateway's generation; it decides the layout of messages and the address that means every node. */
  readonly generation?: Generation;
  /** Longest wait for a reply. */
  readonly timeoutMs?: number;
  /** Told at each change of the listening connection. */
  readonly onState?: (state: ClientState) => void;
  /** Told of a fault that a listener did not catch, such as that of a reply; else it is a warning on the console. */
  readonly onFault?: (fault: MeshFault) => void;
}

export interface ClientState {
  readonly name: "live" | "lost" | "closed";
  /** Why it was lost. */
  readonly reason: string;
}

export interface RequestOptions {
  /** What counts as the node's answer: types or opcodes. */
  readonly answers?: readonly (string | number)[];
  readonly timeoutMs?: number;
  /** Tells the answer from what the node says by itself. */
  readonly fits?: (message: NodeMessage) => boolean;
}

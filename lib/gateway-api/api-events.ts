/** What the API's core wants done. */
import type { ClientEvent, Ticket } from "./client.ts";
import type { CommandRequest } from "./command-requests.ts";
import type { GetRequest } from "./get-requests.ts";
import type { RobotReport } from "./robots.ts";

/** What the store is asked for. */
export type Lookup = GetRequest | { readonly kind: "count" | "nodes" };

export type ApiEvent =
  | ClientEvent
  /** To be answered by `reply`. */
  | { readonly type: "lookup"; readonly lookup: Lookup; readonly ticket: Ticket }
  /** To be answered by `outcome`. */
  | { readonly type: "command"; readonly id: string; readonly command: CommandRequest; readonly session: string }
  | { readonly type: "request"; readonly session: string; readonly bytes: Buffer }
  | { readonly type: "log"; readonly text: string }
  | { readonly type: "robots"; readonly report: RobotReport }
  /** Every node is disconnected until it is heard again. */
  | { readonly type: "reset" };

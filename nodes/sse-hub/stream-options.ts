/** What bounds the browsers of a hub, what one of them wants first, and why one may not come. */
import type { BroadcastOptions } from "../../lib/sse/broadcast.ts";
import type { StreamRequest } from "../../lib/sse/request.ts";

export interface StreamOptions extends Omit<BroadcastOptions, "keepAliveSlots"> {
  readonly maxClients: number;
  readonly keepAliveMs: number;
  /** Shortest time between two writes to a client; 0 writes at the end of each turn of the event loop. */
  readonly tickMs: number;
}

/** Current values first, or what came after a cursor. */
export type Wanted = Pick<StreamRequest, "latest" | "after">;

export interface StreamRefusal {
  readonly error: "unavailable" | "closed" | "full";
  readonly message: string;
}

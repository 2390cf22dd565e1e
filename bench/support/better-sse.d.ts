/** What the benchmarks use of better-sse, so that types can be checked where the peers are not installed. */
declare module "better-sse" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface EventBuffer {
    push(data: unknown, eventName?: string, eventId?: string): this;
  }

  export interface Session {
    batch(buffer: EventBuffer): Promise<void>;
  }

  export interface Channel {
    readonly activeSessions: readonly Session[];
    readonly sessionCount: number;
    register(session: Session): this;
    broadcast(data: unknown, eventName?: string, options?: { readonly eventId?: string }): this;
  }

  export function createSession(request: IncomingMessage, response: ServerResponse): Promise<Session>;
  export function createChannel(): Channel;
  export function createEventBuffer(): EventBuffer;
}

/** What a session is given, and whom it tells. */
import type { LivenessLimits } from "../../lib/sessions/liveness.ts";
import type { StreamDecoder } from "../../lib/sessions/stream-event.ts";
import type { Encode } from "./encode.ts";
import type { Session } from "./session.ts";
import type { Tally } from "./tally.ts";
import type { WriterOptions } from "./writer.ts";

export interface SessionOptions extends WriterOptions {
  readonly endpoint: string;
  /** Null where what comes is a message as it comes. */
  readonly decoder: StreamDecoder | null;
  /** The peer's half-close is told, and the connection stays open for answers. */
  readonly tellsEnd: boolean;
  readonly encode: Encode;
  readonly liveness: LivenessLimits;
  /** After such a silence the kernel asks for a sign of life. */
  readonly keepAliveMs: number;
}

export interface SessionHost {
  readonly tally: Tally;
  message(session: Session, payload: Buffer | string): void;
  event(session: Session, type: "ended" | "dropped", details: Readonly<Record<string, unknown>>): void;
  closed(session: Session, reason: string): void;
}

/** What the benchmark and its server say to each other, and the values that tell when they were sent. */
import type { ContenderName } from "./contenders.ts";

/** To the server: who is sent how many values a second from now on. Answered with what was sent before. */
export interface SourceCommand {
  readonly name: ContenderName;
  readonly perSecond: number;
  /** Those of one moment in one message, as a codec hands on more than 5,000 a second: Gatehouse alone takes them so. */
  readonly together?: boolean;
}

export type ServerReply = { readonly origin: string } | { readonly sent: number };

/** A value is the time it was sent at, of these milliseconds: five digits, as a measurement has. */
export const CLOCK_MS = 100_000;

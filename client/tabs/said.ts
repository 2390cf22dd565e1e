/** What the tabs of a browser say to one another, of one hub. */
import type { Outcome } from "../../lib/commands/command.ts";
import type { StreamState } from "../event-stream.ts";
import type { LiveReading } from "../events.ts";

/** To all tabs; `from` is the tab that says it. */
export type Said = { readonly from: string } & (
  | { readonly say: "claim" }
  /** The one that leads: since when, as whom it sends commands, how its stream is, and up to which event it told. */
  | {
      readonly say: "lead";
      /** The tab whose wishes are heard by this; empty where it is said to all. */
      readonly to: string;
      readonly since: number;
      readonly browser: string;
      readonly state: StreamState;
      readonly lastId: string;
    }
  /** A tab that is led, and wants to go on being told of these. */
  | { readonly say: "want"; readonly filters: readonly string[]; readonly view: string }
  | { readonly say: "bye" }
  | { readonly say: "hurry" }
  | { readonly say: "told"; readonly readings: readonly LiveReading[]; readonly lastId: string }
  | { readonly say: "gap" }
  | { readonly say: "outcome"; readonly outcome: Outcome }
);

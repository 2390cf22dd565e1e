/** What a backend in memory tells the log on disk behind it. */
import type { KeyRecord } from "../lib/store/keys.ts";
import type { Stored } from "../lib/store/value.ts";
import type { ConditionListener } from "./backend.ts";
import type { Identity } from "./identities.ts";

/** What must be on disk before its caller is answered. */
export type DurableChange =
  | { readonly type: "entry"; readonly entry: Stored; readonly dedupe: string | null }
  | { readonly type: "done"; readonly topic: string; readonly sequence: number }
  | { readonly type: "trim"; readonly topic: string; readonly upTo: number }
  | { readonly type: "key"; readonly key: string; readonly record: KeyRecord | null };

export interface Journal {
  /** Takes a reading, which is on disk within a second. */
  write(entry: Stored, identity?: Identity): void;
  /** Resolves once the change is on disk; rejects with BackendError `unwritable`. */
  commit(change: DurableChange): Promise<void>;
  /** Retention has removed a topic's entries up to a sequence; the disk may follow later. */
  removed(topic: string, upTo: number): void;
  /** Readings that are in memory only, and stay so. */
  readonly unsaved: number;
  /** Readings that wait for the disk; what is left at the end is `unsaved`. */
  readonly unwritten: number;
  observe(listener: ConditionListener): void;
  close(): Promise<void>;
}

/** The structures of an embedded backend, and how they know of each other. */
import type { KeyTable } from "../lib/store/keys.ts";
import { Appends } from "./appends.ts";
import { JobQueues } from "./job-queues.ts";
import type { DurableChange, Journal } from "./journal.ts";
import type { KeyFile } from "./key-file.ts";
import { KeyStore } from "./key-store.ts";
import type { Log } from "./log.ts";

export interface Parts {
  readonly log: Log;
  readonly queues: JobQueues;
  readonly appends: Appends;
  readonly keys: KeyStore;
  readonly journal: Journal | null;
  readonly keyFile: KeyFile | null;
}

/** `keyFile` stands in the journal's place where there is none. */
export function assemble(log: Log, journal: Journal | null = null, keys?: KeyTable, keyFile?: KeyFile): Parts {
  const commit = async (change: DurableChange) => (journal ?? keyFile)?.commit(change);
  const queues = new JobQueues(log, commit);
  if (journal) log.onRemoved = ({ topic, removedUpTo }) => journal.removed(topic, removedUpTo);
  const appends = new Appends(log, queues, journal);
  return { log, queues, appends, keys: new KeyStore(commit, keys), journal, keyFile: keyFile ?? null };
}

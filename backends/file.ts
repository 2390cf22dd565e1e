/** The backend that keeps everything in memory and on disk: the structures in memory in front of a log in SQLite. */
import { join } from "node:path";
import { KeyTable } from "../lib/store/keys.ts";
import { type Backend, BackendError, type Retention } from "./backend.ts";
import { EmbeddedBackend } from "./embedded.ts";
import { FileConnection } from "./file-connection.ts";
import { FileJournal } from "./file-journal.ts";
import type { Loaded, Rows } from "./file-messages.ts";
import { QUEUE_PREFIX } from "./job-queues.ts";
import { Log } from "./log.ts";
import { newEpoch } from "./memory.ts";
import { assemble, type Parts } from "./parts.ts";
import { TopicIds } from "./topic-ids.ts";
import type { Track } from "./track.ts";

interface FileOptions {
  /** Made, for its owner only, where it does not exist. */
  readonly directory: string;
  readonly retention: Retention;
  /** The database grows no further; what it does not take then is refused or counted, as on a full disk. */
  readonly maxBytes?: number;
  /** False: durable appends outlive the end of this process, but not that of the machine. */
  readonly sync?: boolean;
}

export const DATABASE_NAME = "store.sqlite";

/**
 * Everything retained is loaded: 1,000,000 readings take some four seconds.
 * Rejects with BackendError `unsupported`, `owned` (by another process, or a second time by this one) or `unwritable`.
 */
export async function openFile({ directory, retention, maxBytes = 0, sync = true }: FileOptions): Promise<Backend> {
  if (!process.getBuiltinModule("node:sqlite")) {
    throw new BackendError(
      "unsupported",
      `the file store needs node:sqlite, which Node 22.13 and later have; this is Node ${process.versions.node}`,
    );
  }
  const options = { path: join(directory, DATABASE_NAME), newEpoch: newEpoch(), maxBytes, sync };
  const connection = new FileConnection(options);
  const loaders: Loader[] = [];
  try {
    await connection.load((message) => {
      if (message.type === "loaded") loaders.push(new Loader(message, retention, connection));
      else loaders[0]!.addRows(message.rows);
    });
    return loaders[0]!.finish();
  } catch (error) {
    for (const { parts } of loaders) parts.log.close();
    await connection.close(null);
    throw error;
  }
}

interface Home {
  readonly topic: string;
  readonly removedUpTo: number;
  /** Null for a queue. */
  readonly track: Track | null;
}

class Loader {
  readonly parts: Parts;
  readonly #homes = new Map<number, Home>();

  constructor(loaded: Loaded, retention: Retention, connection: FileConnection) {
    const log = new Log(loaded.epoch, retention, loaded.sequence, loaded.holes);
    log.ceiling = loaded.ceiling;
    log.forgottenUpTo = loaded.forgottenUpTo;
    const keys = new KeyTable();
    for (const [key, record] of loaded.keys) keys.set(key, record);
    this.parts = assemble(log, new FileJournal(log, connection, new TopicIds(loaded.topics)), keys);
    for (const [id, sequence] of loaded.dedupes) {
      this.parts.appends.remember(id, sequence);
    }
    for (const [id, topic, removedUpTo] of loaded.topics) this.#addHome(id, topic, removedUpTo);
  }

  #addHome(id: number, topic: string, removedUpTo: number): void {
    const track = topic.startsWith(QUEUE_PREFIX) ? null : this.parts.log.restoreTrack(topic);
    if (track) track.removedUpTo = removedUpTo;
    this.#homes.set(id, { topic, removedUpTo, track });
  }

  addRows({ topics, sequences, times, numbers, parts }: Rows): void {
    const { log, queues } = this.parts;
    const partAt = new Map(parts.map(([index, kind, text, raw]) => [index, { kind, text, raw }]));
    topics.forEach((id, index) => {
      const home = this.#homes.get(id);
      const [sequence, time, number] = [sequences[index]!, times[index]!, numbers[index]!];
      // The disk may be behind retention.
      if (!home || sequence <= home.removedUpTo) return;
      const part = partAt.get(index) ?? null;
      if (home.track) log.insert(home.track, sequence, time, number, part);
      else queues.add({ topic: home.topic, sequence, time, number, part });
    });
  }

  /** What was loaded counts as appended, and what retention removed meanwhile is no news. */
  finish(): Backend {
    const { log, appends, queues } = this.parts;
    log.visibleDurable = log.sequence;
    for (const reason of Object.keys(log.trimmed) as (keyof typeof log.trimmed)[]) log.trimmed[reason] = 0;
    appends.count = log.entryCount + queues.jobs;
    return new EmbeddedBackend("file", this.parts);
  }
}

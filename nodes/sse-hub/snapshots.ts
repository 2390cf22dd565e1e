/** Current values as text, made once for all browsers that ask for the same topics in one turn of the event loop. */
import type { Backend } from "../../backends/backend.ts";
import type { EventForm } from "../../lib/sse/event-form.ts";
import { Group } from "../../lib/sse/group.ts";
import { Retained } from "../../lib/sse/retained.ts";
import { sequenceOf } from "../../lib/store/cursor.ts";
import type { Entry } from "../../lib/store/reading.ts";

export interface Snapshot {
  readonly chunks: readonly Buffer[];
  /** Sequence of the newest reading that it takes account of. */
  readonly upTo: number;
}

/** Browsers take a snapshot in pieces of about this size, so that a slow one holds little. */
const CHUNK_LENGTH = 64 * 1024;

export class Snapshots {
  /** What no store has; a browser that resumes is told of it too. */
  readonly retained: Pick<Retained, "select">;
  readonly #made = new Map<string, Promise<Snapshot>>();

  constructor(retained: Snapshots["retained"] = new Retained(0)) {
    this.retained = retained;
  }

  /** Rejects with the store's fault. */
  take(backend: Backend, filters: readonly string[], form: EventForm): Promise<Snapshot> {
    const key = `${backend.epoch} ${Group.keyOf(filters, form)}`;
    const known = this.#made.get(key);
    if (known) return known;
    const snapshot = takeSnapshot(backend, filters, form);
    this.#made.set(key, snapshot);
    // Kept for the turn in which it is there: those who wait for it, and those who came while it was made.
    const forget = () => void setImmediate(() => this.#made.delete(key));
    snapshot.then(forget, forget);
    return snapshot;
  }
}

async function takeSnapshot(backend: Backend, filters: readonly string[], form: EventForm): Promise<Snapshot> {
  const head = sequenceOf(backend.head());
  const entries = await backend.latest(filters);
  // What was appended while the values were read is either among them or newer than each of them.
  const upTo = entries.reduce((most, entry) => Math.max(most, sequenceOf(entry.cursor)), head);
  return { chunks: chunksOf(entries, form), upTo };
}

/** Whole events in each. */
function chunksOf(entries: readonly Entry[], form: EventForm): Buffer[] {
  const chunks: Buffer[] = [];
  let text = "";
  for (const entry of entries) {
    text += form.text(entry);
    if (text.length < CHUNK_LENGTH) continue;
    chunks.push(Buffer.from(text));
    text = "";
  }
  return text === "" ? chunks : [...chunks, Buffer.from(text)];
}

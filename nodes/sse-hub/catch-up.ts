/** Brings one client up to where the ring takes over: a snapshot of current values, or a replay from the store. */
import type { Backend } from "../../backends/backend.ts";
import type { Broadcast } from "../../lib/sse/broadcast.ts";
import { gapText, idText, readingText } from "../../lib/sse/event-text.ts";
import { formatCursor, parseCursor } from "../../lib/store/cursor.ts";
import type { Entry, Gap } from "../../lib/store/reading.ts";

export interface CatchUp {
  readonly backend: Backend;
  readonly broadcast: Broadcast;
  readonly filters: readonly string[];
  readonly signal: AbortSignal;
  readonly write: (text: string) => Promise<void>;
}

/** Current values, then the snapshot's cursor. Resolves to the sequence after which the ring follows. */
export async function sendLatest(job: CatchUp): Promise<number> {
  const head = sequenceOf(job.backend.head());
  const entries = await job.backend.latest(job.filters);
  // What was appended while the values were read is either among them or newer than each of them.
  const upTo = entries.reduce((most, entry) => Math.max(most, sequenceOf(entry.cursor)), head);
  for (const entry of entries) await job.write(readingText(entry));
  await job.write(idText(formatCursor(job.backend.epoch, upTo)));
  return replayFrom(job, upTo);
}

/** What came after a cursor. Resolves to the sequence after which the ring follows. */
export async function replay(job: CatchUp, after: string): Promise<number> {
  const position = parseCursor(after);
  const { epoch } = job.backend;
  if (position?.epoch !== epoch) {
    // Another epoch: what lies between its end and this one's beginning is gone.
    await job.write(gapText(after, formatCursor(epoch, 0)));
    return replayFrom(job, 0);
  }
  const head = job.backend.head();
  if (position.sequence <= sequenceOf(head)) return replayFrom(job, position.sequence);
  await job.write(gapText(after, head));
  return sequenceOf(head);
}

/**
 * Reads from the store until the ring reaches. `read` does not say when it has caught up, so the newest entry
 * that the filters select tells where to stop.
 */
async function replayFrom(job: CatchUp, after: number): Promise<number> {
  let sequence = after;
  while (!job.broadcast.reaches(sequence)) {
    const head = sequenceOf(job.backend.head());
    const newest = newestOf(await job.backend.latest(job.filters));
    if (newest > sequence) sequence = await readUpTo(job, sequence, newest);
    else if (head <= sequence) break;
    sequence = Math.max(sequence, head);
  }
  return sequence;
}

async function readUpTo(job: CatchUp, after: number, upTo: number): Promise<number> {
  const { backend, filters, signal } = job;
  const gaps: Gap[] = [];
  const onGap = (gap: Gap) => void gaps.push(gap);
  for await (const entry of backend.read(filters, { after: formatCursor(backend.epoch, after), signal, onGap })) {
    for (const { from, to } of gaps.splice(0)) await job.write(gapText(from, to));
    await job.write(readingText(entry, entry.cursor));
    const sequence = sequenceOf(entry.cursor);
    if (sequence >= upTo) return sequence;
  }
  return upTo;
}

function newestOf(entries: readonly Entry[]): number {
  return entries.reduce((most, entry) => Math.max(most, sequenceOf(entry.cursor)), 0);
}

function sequenceOf(cursor: string): number {
  return parseCursor(cursor)?.sequence ?? 0;
}

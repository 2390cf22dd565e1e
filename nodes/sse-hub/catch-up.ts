/** Brings one client up to where the ring takes over: a snapshot of current values, or a replay from the store. */
import type { Backend } from "../../backends/backend.ts";
import type { Broadcast } from "../../lib/sse/broadcast.ts";
import { gapText, idText } from "../../lib/sse/event-text.ts";
import type { Group } from "../../lib/sse/group.ts";
import { formatCursor, parseCursor, sequenceOf } from "../../lib/store/cursor.ts";
import type { Gap } from "../../lib/store/reading.ts";
import { LIVE_ONLY } from "../../lib/store/topic.ts";
import type { Snapshots } from "./snapshots.ts";

export interface CatchUp {
  readonly backend: Backend;
  readonly broadcast: Broadcast;
  readonly group: Pick<Group, "filters" | "form">;
  readonly signal: AbortSignal;
  readonly write: (text: string | Buffer) => Promise<void>;
}

/** What no store has, then current values, or what came after a cursor. Resolves to the sequence after which the ring follows. */
export async function bringUp(job: CatchUp, snapshots: Snapshots, after: string | null): Promise<number> {
  const { filters, form } = job.group;
  for (const told of snapshots.retained.select(filters)) await job.write(form.text(told));
  return after === null ? sendLatest(job, snapshots) : replay(job, after);
}

/** Current values, then the snapshot's cursor. Resolves to the sequence after which the ring follows. */
async function sendLatest(job: CatchUp, snapshots: Snapshots): Promise<number> {
  const { chunks, upTo } = await snapshots.take(job.backend, job.group.filters, job.group.form);
  for (const chunk of chunks) await job.write(chunk);
  await job.write(idText(formatCursor(job.backend.epoch, upTo)));
  return replayFrom(job, upTo);
}

/** What came after a cursor. Resolves to the sequence after which the ring follows. */
async function replay(job: CatchUp, after: string): Promise<number> {
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

/** Reads from the store until the ring reaches: also what was stored by now and not told yet, for it may never be. */
async function replayFrom(job: CatchUp, after: number): Promise<number> {
  const stored = sequenceOf(job.backend.head());
  let sequence = after;
  while (!job.broadcast.reaches(sequence, stored)) {
    const head = sequenceOf(job.backend.head());
    if (head <= sequence) break;
    await readUpTo(job, sequence, head);
    sequence = head;
  }
  return sequence;
}

async function readUpTo(job: CatchUp, after: number, last: number): Promise<void> {
  const { backend, group, signal, write } = job;
  // What is only live is in no store, and one reader takes no such topic beside others.
  const filters = group.filters.filter((filter) => !filter.startsWith(LIVE_ONLY));
  if (filters.length === 0) return;
  const gaps: Gap[] = [];
  const tellGaps = async () => {
    for (const { from, to } of gaps.splice(0)) await write(gapText(from, to));
  };
  const [begin, upTo] = [formatCursor(backend.epoch, after), formatCursor(backend.epoch, last)];
  for await (const entry of backend.read(filters, { after: begin, upTo, signal, onGap: (gap) => gaps.push(gap) })) {
    await tellGaps();
    await write(group.form.text(entry, entry.cursor));
  }
  await tellGaps();
}

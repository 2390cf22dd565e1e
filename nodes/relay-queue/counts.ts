/** What one relay-queue counts: in = out + dropped + held, with what it found in the store at its start. */

export class QueueCounts {
  in = 0;
  out = 0;
  readonly dropped: Record<string, number> = {};

  drop(reason: string, count = 1): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + count;
  }

  get lost(): number {
    return Object.values(this.dropped).reduce((sum, count) => sum + count, 0);
  }
}

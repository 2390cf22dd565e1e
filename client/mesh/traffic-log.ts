/** The last lines of traffic: bounded, filtered, and held while the reader pauses. No page in here. */

/** Where a line went: from the module, to it, between a client program and the gateway, or a word of someone's. */
export type Direction = "in" | "out" | "client" | "note";

export interface TrafficLine {
  /** Rises by one with each line. */
  readonly number: number;
  readonly time: number;
  readonly direction: Direction;
  readonly text: string;
}

export const MOST_LINES = 1_000;
const LONGEST = 400;

const BEGINNINGS: readonly [string, Direction][] = [
  ["uart in: ", "in"],
  ["uart out: ", "out"],
  ["client ", "client"],
];

export class TrafficLog {
  #lines: TrafficLine[] = [];
  #count = 0;
  #words: string[] = [];
  /** The last line that is shown while it is paused. */
  #pausedAt: number | null = null;

  add(text: string, time: number): void {
    const [begin, direction] = BEGINNINGS.find(([words]) => text.startsWith(words)) ?? ["", "note" as const];
    // The direction is shown beside the line.
    const shown = direction === "client" ? text : text.slice(begin.length);
    this.#lines.push({ number: ++this.#count, time, direction, text: shown.slice(0, LONGEST) });
    if (this.#lines.length >= 2 * MOST_LINES) this.#lines = this.#lines.slice(-MOST_LINES);
  }

  get isPaused(): boolean {
    return this.#pausedAt !== null;
  }

  /** Lines that have come since the pause began. */
  get held(): number {
    return this.#pausedAt === null ? 0 : this.#count - this.#pausedAt;
  }

  pause(): void {
    this.#pausedAt = this.#count;
  }

  resume(): void {
    this.#pausedAt = null;
  }

  clear(): void {
    this.#lines = [];
    if (this.#pausedAt !== null) this.#pausedAt = this.#count;
  }

  /** Only lines with each of these words are shown. */
  filter(query: string): void {
    this.#words = query.toLowerCase().split(/\s+/).filter(Boolean);
  }

  /** Oldest first. */
  shown(): TrafficLine[] {
    const last = this.#pausedAt ?? this.#count;
    return this.#lines.filter((line) => line.number <= last && this.#fits(line)).slice(-MOST_LINES);
  }

  #fits({ direction, text }: TrafficLine): boolean {
    const line = `${direction} ${text}`.toLowerCase();
    return this.#words.every((word) => line.includes(word));
  }
}

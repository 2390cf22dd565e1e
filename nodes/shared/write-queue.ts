/** Bytes waiting for a link: bounded, written in order, each write answered when its bytes are on the wire. */
import type { ByteLink } from "./byte-link.ts";
import { LinkError } from "./link-error.ts";

interface Write {
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970 after which the bytes must not be sent. */
  readonly deadline: number;
  resolve(): void;
  reject(error: Error): void;
}

export class WriteQueue {
  /** In writes: offered = written + dropped + held. */
  readonly counts = { offered: 0, written: 0, bytesOut: 0, dropped: { closed: 0, full: 0, expired: 0, failed: 0 } };
  readonly #maxBytes: number;
  #waiting: Write[] = [];
  #underWay: Write[] = [];
  #heldBytes = 0;
  #link: ByteLink | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get held(): number {
    return this.#waiting.length + this.#underWay.length;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  write(bytes: Uint8Array, deadline = Number.POSITIVE_INFINITY): Promise<void> {
    this.counts.offered++;
    return new Promise((resolve, reject) => {
      const write = { bytes, deadline, resolve, reject };
      if (!this.#link) return this.#drop(write, "closed", "the port is not open");
      if (this.#heldBytes + bytes.length > this.#maxBytes) {
        return this.#drop(write, "full", `the write queue is full (${this.#maxBytes} bytes)`);
      }
      this.#waiting.push(write);
      this.#heldBytes += bytes.length;
      void this.#pump(this.#link);
    });
  }

  attach(link: ByteLink): void {
    this.#link = link;
  }

  /** Drops what waits: a command must not reach a device that comes back later. */
  detach(reason: string): void {
    this.#link = null;
    const lost = [...this.#underWay, ...this.#waiting];
    this.#underWay = [];
    this.#waiting = [];
    this.#heldBytes = 0;
    for (const write of lost) this.#drop(write, "closed", reason);
  }

  /** One write on the link at a time, with all that waited meanwhile. */
  async #pump(link: ByteLink): Promise<void> {
    while (this.#link === link && this.#underWay.length === 0 && this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      if (batch.length === 0) continue;
      const bytes = Buffer.concat(batch.map((write) => write.bytes));
      const fault = await link.write(bytes).then(
        () => null,
        (error: Error) => error,
      );
      // A detach in the meantime has answered them.
      if (this.#underWay !== batch) return;
      this.#finish(batch, bytes.length, fault);
    }
  }

  #takeBatch(): Write[] {
    const [batch, late] = partition(this.#waiting, (write) => write.deadline >= Date.now());
    this.#waiting = [];
    this.#underWay = batch;
    for (const write of late) {
      this.#heldBytes -= write.bytes.length;
      this.#drop(write, "expired", "the deadline passed before the bytes were sent");
    }
    return batch;
  }

  #finish(batch: Write[], length: number, fault: Error | null): void {
    this.#underWay = [];
    this.#heldBytes -= length;
    if (fault) {
      for (const write of batch) this.#drop(write, "failed", fault.message);
      return;
    }
    this.counts.written += batch.length;
    this.counts.bytesOut += length;
    for (const write of batch) write.resolve();
  }

  #drop(write: Write, code: keyof WriteQueue["counts"]["dropped"], message: string): void {
    this.counts.dropped[code]++;
    write.reject(new LinkError(code === "failed" ? "closed" : code, message));
  }
}

function partition<T>(items: readonly T[], fits: (item: T) => boolean): [T[], T[]] {
  return [items.filter(fits), items.filter((item) => !fits(item))];
}

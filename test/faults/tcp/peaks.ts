/** The memory of this process: what it holds, what is resident, and the most that was. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface Memory {
  readonly residentMiB: number;
  readonly peakMiB: number;
  /** Without garbage. */
  readonly heldMiB: number;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const EVERY_MS = 20;
const MIB = 2 ** 20;

export class Peaks {
  #peakMiB = 0;

  constructor() {
    setInterval(() => this.#look(), EVERY_MS).unref();
  }

  /** The peak is that since the last time. */
  take(): Memory {
    const residentMiB = this.#look();
    const peakMiB = this.#peakMiB;
    this.#peakMiB = residentMiB;
    collectGarbage();
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return { residentMiB, peakMiB, heldMiB: (heapUsed + external) / MIB };
  }

  #look(): number {
    const residentMiB = process.memoryUsage.rss() / MIB;
    this.#peakMiB = Math.max(this.#peakMiB, residentMiB);
    return residentMiB;
  }
}

/** Browsers that could not be brought up to date: each is counted, and they are told once a minute at most. */
import { Seldom } from "../../lib/seldom.ts";
import { now } from "../shared/drive.ts";

const TOLD_EVERY_MS = 60_000;

export class ResumeFaults {
  count = 0;
  readonly #seldom = new Seldom(TOLD_EVERY_MS);
  readonly #tell: (browsers: number, reason: string) => void;

  constructor(tell: (browsers: number, reason: string) => void) {
    this.#tell = tell;
  }

  add(fault: Error): void {
    this.count++;
    const browsers = this.#seldom.tell(now());
    if (browsers > 0) this.#tell(browsers, fault.message);
  }
}

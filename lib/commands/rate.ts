/** How many commands a sender may give: a burst, and then so many a second. */
import { Buckets } from "../bucket.ts";

/** Senders remembered. */
const MAX_SENDERS = 20_000;

export class CommandRate extends Buckets {
  constructor(perSecond: number, burst: number) {
    super({ burst, perSecond }, MAX_SENDERS);
  }
}

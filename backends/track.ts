/** A topic as the log keeps it: its series, and the readers whose filters select it. */
import type { PagePool } from "../lib/store/pages.ts";
import { Series } from "../lib/store/series.ts";
import { hasWildcard, MAX_TOPIC_LENGTH } from "../lib/store/topic.ts";
import { BackendError } from "./backend.ts";
import type { Reader } from "./reader.ts";

/** Topics of inboxes begin with it: `$in/<name>`. */
export const INBOX_PREFIX = "$in/";
const NO_READERS: readonly Reader[] = [];
const DOLLAR = 36;

export class Track extends Series {
  /** Known here, so that an append need not look at the text of its topic. */
  readonly isDurable: boolean;
  /** Entries of an inbox are taken out by many at once. */
  readonly isInbox: boolean;
  /** False once the log has given it up. */
  isHeld = true;
  readers = NO_READERS;
  /** Appends whose commit is under way. */
  pending = 0;

  constructor(topic: string, pool: PagePool) {
    super(topic, pool);
    this.isDurable = isDurable(topic);
    this.isInbox = topic.startsWith(INBOX_PREFIX);
  }
}

/** Queues and outboxes: committed one by one, and never removed by retention. */
export function isDurable(topic: string): boolean {
  return topic.charCodeAt(0) === DOLLAR;
}

/** Throws BackendError `invalid`. */
export function checkTopic(topic: string): void {
  if (topic !== "" && topic.length <= MAX_TOPIC_LENGTH && !hasWildcard(topic)) return;
  throw new BackendError("invalid", `a topic must have 1..${MAX_TOPIC_LENGTH} characters without + and #`);
}

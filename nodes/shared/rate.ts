/** Shows a rate in a node's status, from a count that only grows. */
import type { NodeStatus } from "node-red";
import type { StatusLine } from "./status.ts";

const INTERVAL_MS = 2000;

/** Shows at once and every two seconds; returns stop. */
export function showRate(
  line: StatusLine,
  count: () => number,
  statusOf: (perSecond: number) => NodeStatus,
): () => void {
  let before = count();
  line.show(statusOf(0));
  const timer = setInterval(() => {
    const now = count();
    line.show(statusOf(Math.round(((now - before) * 1000) / INTERVAL_MS)));
    before = now;
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The waiting form of an assertion. */
import { setTimeout as passed } from "node:timers/promises";

/** A bound for a machine that has other work too; nothing waits for it. */
const WITHIN_MS = 20_000;
const EVERY_MS = 20;

/** Repeats a check until it holds; throws what it said last where it never does. */
export async function eventually(check: () => unknown, withinMs = WITHIN_MS): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (fault) {
      if (Date.now() > end) throw fault;
    }
    await passed(EVERY_MS);
  }
}

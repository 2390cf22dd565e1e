/** A gateway that sends itself commands without end and answers them after a moment; prints what it did, line by line. */
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { CommandFeed } from "../../../backends/command-feed.ts";
import { openFile } from "../../../backends/file.ts";
import { Outboxes } from "../../../backends/outboxes.ts";
import { outcomeOf } from "../../../lib/commands/command.ts";

const WRITERS = 16;
const DEVICES = 4;
const ANSWER_MS = 10;
/** Every second command has so little time that a restart is too late for it. */
const SHORT_MS = 30;
const LONG_MS = 600_000;

const [directory = "", life = "0", sends = "1"] = process.argv.slice(2);
const store = await openFile({ directory, retention: { maxCount: 100_000, maxAgeMs: 0, maxSeries: 1000 } });
const outboxes = Outboxes.of(store);
const wait = new Int32Array(new SharedArrayBuffer(4));

const feed = new CommandFeed(store, ["mesh"], {
  command({ device, id, origin, cursor, deadline }, redelivered) {
    const isLate = deadline !== undefined && Date.now() > deadline;
    say(isLate ? "late" : redelivered ? "again" : "out", id);
    void pause(Math.random() * ANSWER_MS)
      .then(() => outboxes.settle({ device, id, origin, cursor }, outcomeOf(id, "delivered")))
      .then(() => say("settled", id));
  },
  expired: ({ id }) => say("expired", id),
  unsaved: ({ message }) => say("fault", message),
});
void feed.run(new AbortController().signal);

let next = 0;
async function write(): Promise<void> {
  for (;;) {
    const number = next++;
    const id = `${life}-${number}`;
    const device = `mesh/${number % DEVICES}`;
    const deadline = Date.now() + (number % 2 ? SHORT_MS : LONG_MS);
    const command = { device, type: "message", payload: number, id, origin: `life-${life}`, deadline };
    await outboxes.append(command, Date.now());
    say("sent", id);
    await pause(Math.random() * ANSWER_MS);
  }
}

/** Synchronously, so that what was said is out before anything can end this process. */
function say(word: string, id: string): void {
  for (;;) {
    try {
      writeSync(1, `${word} ${id}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(wait, 0, 0, 1);
    }
  }
}

if (sends === "1") await Promise.all(Array.from({ length: WRITERS }, write));

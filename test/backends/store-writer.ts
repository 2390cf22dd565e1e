/** A process that appends to a file backend without end and prints the number of each durable append once it is acknowledged. */
import { writeSync } from "node:fs";
import { openFile } from "../../backends/file.ts";

const WRITERS = 32;
const [directory = "", first = "0"] = process.argv.slice(2);
const store = await openFile({ directory, retention: { maxCount: 1_000_000, maxAgeMs: 0, maxSeries: 1000 } });
const pause = new Int32Array(new SharedArrayBuffer(4));
let next = Number(first);

async function write(): Promise<never> {
  for (;;) {
    const number = next++;
    const topic = number % 2 ? "$out/mesh/1" : "mesh/1/T";
    void store.append(`mesh/${number % 10}/load`, { time: number, value: number });
    await store.append(topic, { time: number, value: number }, { dedupe: `id-${number}` });
    print(`${number}\n`);
  }
}

/** Synchronously, so that what was acknowledged is out before anything can end this process. */
function print(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

await Promise.all(Array.from({ length: WRITERS }, write));

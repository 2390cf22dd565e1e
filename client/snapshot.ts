/** Current values of topics, asked for once: the beginning of an event stream that is left when it has told them. */
import { EventParser, eventsIn, fetchEvents } from "./event-parser.ts";
import { type LiveReading, readingIn } from "./events.ts";
import { RequestFault, textOfFault } from "./fault.ts";
import { streamUrl } from "./paths.ts";

const PATIENCE_MS = 15_000;
/** The page that asks is counted by its stream. */
const NO_VIEW = [""];

/** Resolves when all current values were told. */
export async function takeSnapshot(
  base: string,
  topics: readonly string[],
  tell: (reading: LiveReading) => void,
): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([done.signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await fetchEvents(streamUrl(base, topics, "", "", NO_VIEW), signal);
    if (!response.ok || !response.body) throw new RequestFault(response.status, await textOfFault(response));
    await readValues(response.body, tell);
  } finally {
    done.abort();
  }
}

/** The hub ends the current values with a block that has only an id. */
async function readValues(body: ReadableStream<Uint8Array>, tell: (reading: LiveReading) => void): Promise<void> {
  const parser = new EventParser();
  for await (const events of eventsIn(body, parser)) {
    for (const event of events) {
      const reading = readingIn(event);
      if (reading) tell(reading);
    }
    if (parser.lastId !== "") return;
  }
}

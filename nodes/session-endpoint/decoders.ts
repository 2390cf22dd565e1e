/** What finds the messages in the bytes of one session, by its endpoint's framing. */
import { MessageSplitter } from "../../lib/sessions/message-splitter.ts";
import { RawGatherer } from "../../lib/sessions/raw-gatherer.ts";
import type { StreamDecoder } from "../../lib/sessions/stream-event.ts";
import type { Framing } from "./read-options.ts";

/** Null where messages are taken as they come. */
export function decoders(framing: Framing): (() => StreamDecoder) | null {
  if (framing.kind === "text") return () => new MessageSplitter(framing.ends, framing.maxBytes);
  if (framing.kind === "raw" && framing.idleMs > 0) return () => new RawGatherer(framing.idleMs, framing.maxBytes);
  return null;
}

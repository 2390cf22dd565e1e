/** What every page's connection needs: a name, and to live and rest with the page. */
import type { EventStream } from "./event-stream.ts";

/** A name that no other page has: whoever knew it would hear of this one's commands. */
export function newName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A page in the browser's back cache holds no connection; one that is looked at again tries at once. */
export function keepOpen(stream: Pick<EventStream, "open" | "close" | "hurry">): void {
  stream.open();
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && stream.open());
  addEventListener("online", () => stream.hurry());
  document.addEventListener("visibilitychange", () => document.hidden || stream.hurry());
}

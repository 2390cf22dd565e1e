/** Whether a value may still be true: how old it is, and whether a newer one could have come. */
import { DEFAULT_STALE_AFTER_MS } from "../../lib/store/devices.ts";
import { serverNow } from "../api.ts";
import type { StreamState } from "../event-stream.ts";
import { formatAge } from "../format.ts";

export interface Age {
  /** `waiting`: no value yet; `lost`: the server cannot be heard. */
  readonly state: "waiting" | "fresh" | "stale" | "lost";
  readonly text: string;
}

/** A loss shorter than this is not shown at the values. */
const PATIENCE_MS = 3_000;
const TICK_MS = 1_000;

export function judge(meta: { readonly time: number } | null, staleMs: number, stream: StreamState): Age {
  const lost = (stream.name === "reconnecting" || stream.name === "refused") && Date.now() - stream.since > PATIENCE_MS;
  if (!meta) return { state: lost ? "lost" : "waiting", text: lost ? "No connection" : "No value yet" };
  const age = serverNow() - meta.time;
  if (age > staleMs) return { state: "stale", text: `Old: ${formatAge(age)}` };
  return lost ? { state: "lost", text: `No connection, from ${formatAge(age)}` } : { state: "fresh", text: "" };
}

/** The attribute `stale` has seconds; 0 or `never` for what stays true. It may stand on what surrounds the component. */
export function staleAfterMs(element: Element): number {
  const text = element.closest("[stale]")?.getAttribute("stale") ?? "";
  const seconds = Number(text);
  // What a flow tells the page stays true until it tells something else.
  const lasts = text === "" && element.getAttribute("type")?.startsWith("$");
  if (text === "never" || text === "0" || lasts) return Number.POSITIVE_INFINITY;
  return text !== "" && seconds > 0 ? seconds * 1000 : DEFAULT_STALE_AFTER_MS;
}

interface Ageing {
  tick(): void;
}

const ageing = new Set<Ageing>();
let isTicking = false;

/** Returns how to end that. */
export function watchAge(one: Ageing): () => void {
  ageing.add(one);
  if (!isTicking) setInterval(tickAll, TICK_MS);
  isTicking = true;
  return () => void ageing.delete(one);
}

function tickAll(): void {
  for (const one of ageing) one.tick();
}

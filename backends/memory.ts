/** The backend that keeps everything in memory. */
import { randomBytes } from "node:crypto";
import type { Backend, Retention } from "./backend.ts";
import { EmbeddedBackend } from "./embedded.ts";
import { Log } from "./log.ts";
import { assemble } from "./parts.ts";

/** A restart is a new epoch: whoever resumes is told of the gap. */
export function openMemory(retention: Retention): Backend {
  return new EmbeddedBackend("memory", assemble(new Log(newEpoch(), retention)));
}

/** The time and some chance, so that two stores never share one. */
export function newEpoch(): string {
  const chance = randomBytes(4).readUInt32BE() % 36 ** 4;
  return Date.now().toString(36) + chance.toString(36).padStart(4, "0");
}

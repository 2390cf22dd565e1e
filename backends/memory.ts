/** The backend that keeps everything in memory. */
import { randomBytes } from "node:crypto";
import type { Backend, Retention } from "./backend.ts";
import { EmbeddedBackend } from "./embedded.ts";
import { KeyFile } from "./key-file.ts";
import { Log } from "./log.ts";
import { assemble } from "./parts.ts";

/**
 * A restart is a new epoch: whoever resumes is told of the gap. What tokens need outlives it in `keyPath`, where that is
 * given; a folder for it is made when there is something to write.
 */
export function openMemory(retention: Retention, keyPath?: string): Backend {
  const log = new Log(newEpoch(), retention);
  if (keyPath === undefined) return new EmbeddedBackend("memory", assemble(log));
  const file = new KeyFile(keyPath);
  return new EmbeddedBackend("memory", assemble(log, null, file.table(), file));
}

/** The time and some chance, so that two stores never share one. */
export function newEpoch(): string {
  const chance = randomBytes(4).readUInt32BE() % 36 ** 4;
  return Date.now().toString(36) + chance.toString(36).padStart(4, "0");
}

/** Ids for peers that have none. */
import { randomBytes } from "node:crypto";

const FIRST_SECOND = Date.UTC(2026, 0, 1) / 1000;

/** Ids of browsers are seconds since then: they are not given twice, over restarts too. */
export function lastClientId(): number {
  return Math.floor(Date.now() / 1000) - FIRST_SECOND;
}

export function mintDeviceId(): string {
  return `d-${randomBytes(4).toString("hex")}`;
}

/** Keeps backends open, process-wide and by node id, while the flows around them are redeployed. */
import type { Backend } from "./backend.ts";

interface Parked {
  /** Kind and options: another instance takes it up only where they are the same. */
  readonly identity: string;
  readonly opening: Promise<Backend>;
}

const parked = new Map<string, Parked>();

export function park(id: string, identity: string, opening: Promise<Backend>): void {
  parked.set(id, { identity, opening });
}

/** The parked backend, or a new one once a parked one with other options is closed. */
export async function adopt(id: string, identity: string, open: () => Promise<Backend>): Promise<Backend> {
  const found = parked.get(id);
  parked.delete(id);
  if (found?.identity === identity) return found.opening.catch(open);
  if (found) await closeBackend(found.opening);
  return open();
}

/** For those whose node did not come back. */
export async function closeParked(): Promise<void> {
  const left = [...parked.values()];
  parked.clear();
  await Promise.all(left.map(({ opening }) => closeBackend(opening)));
}

/** One that could not be opened needs no closing: its fault was reported where it was opened. */
export async function closeBackend(opening: Promise<Backend>): Promise<void> {
  const backend = await opening.catch(() => null);
  await backend?.close();
}

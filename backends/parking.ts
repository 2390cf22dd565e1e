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

/** The parked backend, or a new one once a parked one with other options is closed; `gaveUp` hears what that one lost. */
export async function adopt(
  id: string,
  identity: string,
  open: () => Promise<Backend>,
  gaveUp: (readings: number) => void = () => {},
): Promise<Backend> {
  const found = parked.get(id);
  parked.delete(id);
  if (found?.identity === identity) return found.opening.catch(open);
  if (found) gaveUp(await closeBackend(found.opening));
  return open();
}

/** For those whose node did not come back; resolves to how many readings they never brought to disk. */
export async function closeParked(): Promise<number> {
  const left = [...parked.values()];
  parked.clear();
  const lost = await Promise.all(left.map(({ opening }) => closeBackend(opening)));
  return lost.reduce((sum, count) => sum + count, 0);
}

/**
 * Resolves to how many readings it never brought to disk. One that could not be opened needs no closing: its fault was
 * reported where it was opened.
 */
export async function closeBackend(opening: Promise<Backend>): Promise<number> {
  const backend = await opening.catch(() => null);
  await backend?.close();
  return backend?.counts().dropped.unsaved ?? 0;
}

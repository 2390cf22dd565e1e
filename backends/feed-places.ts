/** Keeps the places of feeds, process-wide and by node id, while the flows around them are redeployed. */

interface Parked {
  /** Store and options: another instance goes on from there only where they are the same. */
  readonly identity: string;
  readonly cursor: string;
}

const parked = new Map<string, Parked>();

export function parkPlace(id: string, identity: string, cursor: string): void {
  parked.set(id, { identity, cursor });
}

/** The cursor after which to go on, once; null where there is none. */
export function takePlace(id: string, identity: string): string | null {
  const found = parked.get(id);
  parked.delete(id);
  return found?.identity === identity ? found.cursor : null;
}

/** Those whose node did not come back with the deploy. */
export function forgetPlaces(): void {
  parked.clear();
}

/** What a gateway-api looks at of a reading that a flow hands it. */

/** As it comes: nothing of it is certain. */
export interface MeshReading {
  readonly device?: unknown;
  readonly type?: unknown;
  readonly payload?: unknown;
  readonly raw?: unknown;
  readonly time?: unknown;
}

export interface NodeReading {
  readonly device: string;
  readonly address: number;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly time: number;
}

const MAX_ADDRESS = 0xffff;
const NOTHING = Buffer.alloc(0);

/** Address 0 is the module itself. Null where it is of another network, or has no address. */
export function readingOf(network: string, reading: MeshReading): NodeReading | null {
  const { device, type, time } = reading;
  if (typeof device !== "string" || typeof type !== "string" || !device.startsWith(`${network}/`)) return null;
  const digits = device.slice(network.length + 1);
  const address = Number(digits);
  if (digits === "" || !(address >= 0 && address <= MAX_ADDRESS)) return null;
  return { device, address, type, bytes: bytesOf(reading), time: typeof time === "number" ? time : Date.now() };
}

function bytesOf({ raw, payload }: MeshReading): Uint8Array {
  if (raw instanceof Uint8Array) return raw;
  if (payload instanceof Uint8Array) return payload;
  return typeof payload === "string" ? Buffer.from(payload) : NOTHING;
}

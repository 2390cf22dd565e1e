/** Why a request fails, as the client is told (PROTOCOLS 2.1, 2.2). */

/** One row for each reason; the texts that clients in the field compare with are those of the first three. */
export const FAULT_TEXTS = {
  "no-node": "Node Not Found",
  "no-type": "Data Type Not Found",
  "no-serial": "No Serial Connection",
  unknown: "Unknown Command",
  "truncated-address": "Truncated Address",
  "truncated-type": "Truncated Data Type",
  "wrong-address": "Wrong Address",
  "wrong-length": "Wrong Length",
  malformed: "Malformed Request",
  oversized: "Request Too Long",
  "wide-address": "Address Needs Two Bytes",
  "no-answer": "No Answer In Time",
  busy: "Too Many Commands Wait",
  store: "Store Not Ready",
} as const;

export type FaultReason = keyof typeof FAULT_TEXTS;

export interface FaultRequest {
  readonly kind: "fault";
  readonly reason: FaultReason;
}

export function fault(reason: FaultReason): FaultRequest {
  return { kind: "fault", reason };
}

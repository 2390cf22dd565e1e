/** Asks for the values of a data type again and again, and tells those that changed. */

import { textOf } from "../../lib/mesh-client/bytes.ts";
import type { Push } from "../../lib/mesh-client/pushes.ts";

/** Types of messages have three characters too, or are opcodes; those are pushed. */
const PUSHED = new Set(["ack", "<Q>", "[M]", "[D]"]);

export function isDataType(wanted: string | number): wanted is string {
  return typeof wanted === "string" && wanted.length === 3 && !PUSHED.has(wanted);
}

/** A question that fails is asked again at its time. Returns stop. */
export function poll(
  type: string,
  ask: () => Promise<ReadonlyMap<number, Uint8Array>>,
  everyMs: number,
  found: (value: Push) => void,
): () => void {
  const known = new Map<number, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const tell = (values: ReadonlyMap<number, Uint8Array>) => {
    for (const [address, payload] of values) {
      const bytes = payload.join();
      if (isStopped || known.get(address) === bytes) continue;
      known.set(address, bytes);
      found({ type, opcode: "[GET]", address, payload, text: textOf(payload) });
    }
  };
  const again = () => {
    if (!isStopped) timer = setTimeout(look, everyMs);
  };
  const look = () =>
    void ask()
      .then(tell)
      .catch(() => {})
      .then(again);
  look();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

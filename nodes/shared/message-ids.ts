/** Names messages as the runtime would, without asking for random bytes for each (benches `gateway-api`, `ack`). */

/** `generate` is `RED.util.generateId`: asked once, for what sets this series apart. */
export function messageIds(generate: () => string): () => string {
  const prefix = generate();
  let named = 0;
  return () => `${prefix}${(named++).toString(36)}`;
}

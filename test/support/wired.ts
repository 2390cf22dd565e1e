/** One node on a tab, each of its outputs collected: for tests of what goes in and what comes out. */
import { nodeOf } from "./runtime.ts";
import type { Message } from "./store-flow.ts";

/** The node has the id `node`; its outputs end in `out1`, `out2` and so on, errors in `caught`. */
export function wiredFlow(type: string, outputs: number, fields: object = {}): Message[] {
  const ends = Array.from({ length: outputs }, (_, index) => `out${index + 1}`);
  return [
    { id: "tab", type: "tab", label: "test" },
    { id: "node", z: "tab", type, wires: ends.map((end) => [end]), ...fields },
    ...ends.map((id) => ({ id, z: "tab", type: "helper" })),
    { id: "catch-all", z: "tab", type: "catch", scope: null, uncaught: false, wires: [["caught"]] },
    { id: "caught", z: "tab", type: "helper" },
  ];
}

export function give(...messages: Message[]): void {
  for (const message of messages) nodeOf("node").receive(message as never);
}

/** What the node showed last. */
export function shown(): { fill: string; text: string } {
  const node = nodeOf("node") as unknown as { status: { args: [{ fill: string; text: string }][] } };
  return node.status.args.at(-1)![0];
}

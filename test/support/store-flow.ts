/** Flows with a store, for tests of the nodes that use it. */
import registerNodeStore from "../../nodes/node-store.ts";
import registerStoreBackend from "../../nodes/store-backend.ts";
import registerStoreFeed from "../../nodes/store-feed.ts";
import { CATCH, nodeOf } from "./runtime.ts";

export const STORE_NODES = [registerStoreBackend, registerNodeStore, registerStoreFeed, CATCH];

export type Message = Record<string, unknown>;

export const STORE = { id: "store", type: "gh-store-backend", kind: "memory" };

/** A tab with a store, a `node-store` whose outputs are collected, and a catch node for all. */
export function storeFlow(store: object = {}, nodeStore: object = {}): Message[] {
  return [
    { id: "tab", type: "tab" },
    { ...STORE, ...store },
    { id: "in", z: "tab", type: "node-store", store: "store", wires: [["stored"], ["answers"]], ...nodeStore },
    { id: "stored", z: "tab", type: "helper" },
    { id: "answers", z: "tab", type: "helper" },
    { id: "catch-all", z: "tab", type: "catch", scope: null, uncaught: false, wires: [["caught"]] },
    { id: "caught", z: "tab", type: "helper" },
  ];
}

/** Collects what reaches a node, and resolves once there are so many. */
export class Collected {
  readonly messages: Message[] = [];
  #wanted = Number.POSITIVE_INFINITY;
  #resolve: (messages: Message[]) => void = () => {};

  constructor(id: string) {
    nodeOf(id).on("input", (message) => {
      this.messages.push(message as Message);
      if (this.messages.length >= this.#wanted) this.#resolve(this.messages);
    });
  }

  atLeast(count: number): Promise<Message[]> {
    if (this.messages.length >= count) return Promise.resolve(this.messages);
    return new Promise((resolve) => {
      this.#wanted = count;
      this.#resolve = resolve;
    });
  }
}

/** What nodes send and show, kept from the start of the flow, so that nothing early is missed. */
import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";

/** Things that come one by one under names, and those who wait for one. */
class Kept<T> {
  readonly #kept = new Map<string, T[]>();
  readonly #waiting = new Set<() => void>();

  clear(): void {
    this.#kept.clear();
  }

  add(name: string, item: T): void {
    this.at(name).push(item);
    for (const look of this.#waiting) look();
  }

  at(name: string): T[] {
    const items = this.#kept.get(name) ?? [];
    this.#kept.set(name, items);
    return items;
  }

  first(name: string, fits: (item: T) => boolean): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.at(name).find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

const messages = new Kept<unknown>();
const statuses = new Kept<NodeStatus>();

const { events } = createRequire(import.meta.url)("@node-red/util") as { events: EventEmitter };
// A status node does not hear what others show while they are made.
events.on("node-status", ({ id, status }: { id: string; status: NodeStatus }) => statuses.add(id, status));

/** Type `probe`, for the ends of wires; a flow that loads it starts with nothing kept. */
export function registerProbe(RED: NodeAPI): void {
  messages.clear();
  statuses.clear();
  RED.nodes.registerType("probe", function (this: Node, fields: NodeDef) {
    RED.nodes.createNode(this, fields);
    this.on("input", (message, _send, done) => {
      messages.add(fields.id, message);
      done();
    });
  });
}

/** All that a probe got so far. */
export function messagesAt<M>(id: string): M[] {
  return messages.at(id) as M[];
}

/** The first message, past or to come, that fits. */
export function messageAt<M = Record<string, unknown>>(
  id: string,
  fits: (message: M) => boolean = () => true,
): Promise<M> {
  return messages.first(id, fits as (message: unknown) => boolean) as Promise<M>;
}

/** The first status of a node, past or to come, with the text; a text is its key in the catalogue here. */
export function statusOf(id: string, text: string): Promise<NodeStatus> {
  return statuses.first(id, (status) => status.text === text);
}

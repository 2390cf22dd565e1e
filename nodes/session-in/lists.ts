/** Hands on as lists what comes in one turn of the event loop, or soon behind another list: who came, then what was said, then who left. */
import type { Node, NodeMessage } from "node-red";
import { now } from "../shared/drive.ts";
import { Gatherer } from "../shared/gatherer.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { asOne } from "../shared/message-list.ts";

/** A hop costs more than what it carries: a busy endpoint need not make more of them (bench `gateway-api`). */
const APART_MS = 1;

/** At the turn's end; behind another list not before its time. */
function apart(): (flush: () => void) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (flush) => {
    const isSoon = now() - last < APART_MS;
    if (isSoon) setTimeout(flush, APART_MS);
    else setImmediate(flush);
    last = now() + (isSoon ? APART_MS : 0);
  };
}

/** For each session the order is that in which things happened: nobody speaks before coming, or after leaving. */
export class Lists {
  readonly #node: Node;
  readonly #mintId: () => string;
  readonly #came = new Gatherer<GatehouseMessage>((list) => this.#tell(list), apart());
  readonly #said = new Gatherer<GatehouseMessage>((list) => this.#hand(list), apart());
  readonly #left = new Gatherer<GatehouseMessage>((list) => {
    this.#said.flush();
    this.#came.flush();
    this.#tell(list);
  }, apart());

  constructor(node: Node, mintId: () => string) {
    this.#node = node;
    this.#mintId = mintId;
  }

  message(message: GatehouseMessage): void {
    this.#said.add(message);
  }

  event(event: GatehouseMessage): void {
    if (event.type === "opened") this.#came.add(event);
    else this.#left.add(event);
    if (event.type !== "opened" && event.type !== "closed") this.flush();
  }

  /** What has come so far, at once. */
  flush(): void {
    this.#left.flush();
    this.#said.flush();
    this.#came.flush();
  }

  #hand(list: GatehouseMessage[]): void {
    this.#came.flush();
    this.#node.send(asOne(list, this.#mintId) as NodeMessage);
  }

  #tell(list: GatehouseMessage[]): void {
    this.#node.send([null, asOne(list, this.#mintId) as NodeMessage]);
  }
}

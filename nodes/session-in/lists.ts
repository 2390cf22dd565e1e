/** Hands on as lists what comes in one turn of the event loop: who came, then what was said, then who left. */
import type { Node, NodeMessage } from "node-red";
import { Gatherer } from "../shared/gatherer.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { asOne } from "../shared/message-list.ts";

/** For each session the order is that in which things happened: nobody speaks before coming, or after leaving. */
export class Lists {
  readonly #node: Node;
  readonly #mintId: () => string;
  readonly #came = new Gatherer<GatehouseMessage>((list) => this.#tell(list), setImmediate);
  readonly #said = new Gatherer<GatehouseMessage>((list) => this.#hand(list), setImmediate);
  readonly #left = new Gatherer<GatehouseMessage>((list) => {
    this.#said.flush();
    this.#came.flush();
    this.#tell(list);
  }, setImmediate);

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

/** Hands on as lists what comes in one turn of the event loop, and who comes or goes soon behind other lists: who came, then what was said, then who left. */
import type { Node, NodeMessage } from "node-red";
import { now } from "../shared/drive.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { asOne } from "../shared/message-list.ts";

/** A hop costs more than what it carries: a busy endpoint need not make more of them (bench `gateway-api`). */
const APART_MS = 2;
/** More go in several lists, so that no turn of the event loop takes long. */
const MOST = 1024;

/** For each session the order is that in which things happened: nobody speaks before coming, or after leaving. */
export class Lists {
  readonly #node: Node;
  readonly #mintId: () => string;
  #came: GatehouseMessage[] = [];
  #said: GatehouseMessage[] = [];
  #left: GatehouseMessage[] = [];
  #isDue = false;
  #handedAt = Number.NEGATIVE_INFINITY;

  constructor(node: Node, mintId: () => string) {
    this.#node = node;
    this.#mintId = mintId;
  }

  message(message: GatehouseMessage): void {
    this.#add(this.#said, message, false);
  }

  event(event: GatehouseMessage): void {
    this.#add(event.type === "opened" ? this.#came : this.#left, event, true);
    if (event.type !== "opened" && event.type !== "closed") this.flush();
  }

  #add(list: GatehouseMessage[], message: GatehouseMessage, canWait: boolean): void {
    if (list.push(message) >= MOST) this.flush();
    else if (!this.#isDue) this.#schedule(canWait);
  }

  /**
   * At the turn's end. Where connections come and go all the time they are waited for, and what they say with them; on those
   * that stay nothing waits (bench `ack`).
   */
  #schedule(canWait: boolean): void {
    this.#isDue = true;
    if (canWait && now() - this.#handedAt < APART_MS) setTimeout(this.#hand, APART_MS);
    else setImmediate(this.#hand);
  }

  readonly #hand = (): void => {
    this.#isDue = false;
    this.#handedAt = now();
    this.flush();
  };

  /** What has come so far, at once. */
  flush(): void {
    const [came, said, left] = [this.#came, this.#said, this.#left];
    this.#came = [];
    this.#said = [];
    this.#left = [];
    if (came.length > 0) this.#tell(came);
    if (said.length > 0) this.#node.send(asOne(said, this.#mintId) as NodeMessage);
    if (left.length > 0) this.#tell(left);
  }

  #tell(list: GatehouseMessage[]): void {
    this.#node.send([null, asOne(list, this.#mintId) as NodeMessage]);
  }
}

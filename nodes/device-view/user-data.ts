/** What a flow tells the pages of a view: user data, and what became of commands; each message counted as told or dropped. */
import { ANY_DEVICE } from "../../lib/sse/view-path.ts";
import { checkDevice } from "../../lib/store/ids.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { isOutcome, type OutcomeMessage } from "../sse-hub/outcome.ts";
import type { ServedView } from "../sse-hub/served-view.ts";
import type { SseHubNode } from "../sse-hub.ts";

type Message = Pick<GatehouseMessage, "device" | "payload" | "type" | "_session">;

export class UserData {
  /** in = told + dropped; outcomes are the hub's to count. */
  readonly counts = { in: 0, told: 0, dropped: { "no-view": 0, invalid: 0 } };
  readonly #hub: SseHubNode;
  readonly #scope: string | null;
  /** Null while another node has the name. */
  view: ServedView | null = null;

  constructor(hub: SseHubNode, scope: string | null) {
    this.#hub = hub;
    this.#scope = scope;
  }

  /** Returns what a catch node is to hear of it. */
  receive(message: Message, now: number): Error | undefined {
    if (isOutcome(message)) return this.#tellOutcome(message);
    this.counts.in++;
    if (!this.view) return this.#drop("no-view", new RangeError("the view is not served"));
    try {
      if (message.payload === undefined) throw new RangeError('"payload" is missing');
      this.view.tell(message.payload, this.#deviceOf(message), now);
      this.counts.told++;
      return undefined;
    } catch (error) {
      return this.#drop("invalid", error as Error);
    }
  }

  #tellOutcome({ _session: { type, id }, payload }: OutcomeMessage): undefined {
    if (type === "browser") this.#hub.tell(id, payload);
  }

  #drop(reason: keyof UserData["counts"]["dropped"], fault: Error): Error {
    this.counts.dropped[reason]++;
    return fault;
  }

  /** In a view of any device a message may be for the pages of one. */
  #deviceOf({ device }: Message): string | null {
    return this.#scope === ANY_DEVICE && device !== undefined ? checkDevice(device) : null;
  }
}

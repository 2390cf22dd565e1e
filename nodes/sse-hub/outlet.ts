/** What one node hands to its hub: every reading of a message, each counted as told or dropped. */
import type { Outcome } from "../../lib/commands/command.ts";
import type { DeliveryClass } from "../../lib/sse/published.ts";
import { isOutcome, type OutcomeMessage } from "./outcome.ts";
import { type Message, type Publication, readingsIn, readPublications } from "./publication.ts";
import type { HubState } from "./state-board.ts";

interface Hub {
  publish(publication: Publication, delivery: DeliveryClass): void;
  publishTo(browser: string, publication: Publication, delivery: DeliveryClass): void;
  tell(browser: string, outcome: Outcome): void;
}

export class Outlet {
  /** in = told + dropped */
  readonly counts = { in: 0, told: 0, dropped: { "hub-failed": 0, invalid: 0 } };
  readonly #hub: Hub;
  readonly #delivery: DeliveryClass;
  /** Why the hub does not serve; null while it does. */
  #hubFault: string | null = null;
  #isReported = false;

  constructor(delivery: DeliveryClass, hub: Hub) {
    this.#delivery = delivery;
    this.#hub = hub;
  }

  follow({ serves, fault = "" }: HubState): void {
    const hubFault = serves ? null : fault;
    if (hubFault !== this.#hubFault) this.#isReported = false;
    this.#hubFault = hubFault;
  }

  /** Returns what a catch node is to hear of it: of a hub that does not serve only once, however many messages come. */
  tell(message: Message, now: number): Error | undefined {
    if (isOutcome(message)) return this.#tellOutcome(message);
    if (this.#hubFault !== null) return this.#dropAll(message, this.#hubFault);
    try {
      return this.#tellEach(readPublications(message, now), addresseeOf(message));
    } catch (error) {
      this.#drop(readingsIn(message), "invalid");
      return error as Error;
    }
  }

  /** The hub counts it. Those of other senders than browsers are for other nodes on the wire. */
  #tellOutcome(message: OutcomeMessage): undefined {
    const { type, id } = message._session;
    if (type === "browser") this.#hub.tell(id, message.payload);
  }

  #drop(count: number, reason: keyof Outlet["counts"]["dropped"]): void {
    this.counts.in += count;
    this.counts.dropped[reason] += count;
  }

  #dropAll(message: Message, fault: string): Error | undefined {
    this.#drop(readingsIn(message), "hub-failed");
    if (this.#isReported) return undefined;
    this.#isReported = true;
    return new RangeError(fault);
  }

  /** What can be told is told; what cannot is reported once for all of it. */
  #tellEach(publications: readonly Publication[], browser: string | null): Error | undefined {
    const faults: Error[] = [];
    for (const publication of publications) {
      try {
        this.#tellOne(publication, browser);
      } catch (error) {
        faults.push(error as Error);
      }
    }
    const told = publications.length - faults.length;
    this.counts.in += told;
    this.counts.told += told;
    this.#drop(faults.length, "invalid");
    if (publications.length === 1 || faults.length === 0) return faults[0];
    return new RangeError(`${faults.length} of ${publications.length} readings not told: ${faults[0]!.message}`);
  }

  /** What is stored has a place in the history of all, whoever caused it. */
  #tellOne(publication: Publication, browser: string | null): void {
    if (browser === null || publication.cursor !== undefined) this.#hub.publish(publication, this.#delivery);
    else this.#hub.publishTo(browser, publication, this.#delivery);
  }
}

/** The one browser that a message is for; null where it is for all. */
function addresseeOf({ _session: session }: Message): string | null {
  return session?.type === "browser" ? session.id : null;
}

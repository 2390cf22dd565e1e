/** Who may connect: limits on connections in all, from one address, and of those who have not said who they are. */

export interface AdmissionLimits {
  readonly maxSessions: number;
  readonly maxPerAddress: number;
  readonly maxUnidentified: number;
}

/** `full` all places are taken · `address` this address has its share · `unidentified` too many have not identified. */
export type AdmissionRefusal = "full" | "address" | "unidentified";

/** A place that a connection holds; both verbs are idempotent. */
export interface Place {
  identify(): void;
  leave(): void;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #byAddress = new Map<string, number>();
  #all = 0;
  #unidentified = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get all(): number {
    return this.#all;
  }

  get unidentified(): number {
    return this.#unidentified;
  }

  admit(address: string): Place | AdmissionRefusal {
    const here = this.#byAddress.get(address) ?? 0;
    if (this.#all >= this.#limits.maxSessions) return "full";
    if (here >= this.#limits.maxPerAddress) return "address";
    if (this.#unidentified >= this.#limits.maxUnidentified) return "unidentified";
    this.#all++;
    this.#unidentified++;
    this.#byAddress.set(address, here + 1);
    return this.#placeOf(address);
  }

  #placeOf(address: string): Place {
    let isUnidentified = true;
    let isTaken = true;
    const identify = () => {
      if (isUnidentified) this.#unidentified--;
      isUnidentified = false;
    };
    const leave = () => {
      identify();
      if (isTaken) this.#leave(address);
      isTaken = false;
    };
    return { identify, leave };
  }

  #leave(address: string): void {
    this.#all--;
    const here = this.#byAddress.get(address)! - 1;
    if (here === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, here);
  }
}

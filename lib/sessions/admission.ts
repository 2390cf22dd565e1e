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
    return new TakenPlace(this, address);
  }

  /** For its places: one of them has identified itself. */
  identified(): void {
    this.#unidentified--;
  }

  /** For its places: one of them is free. */
  left(address: string): void {
    this.#all--;
    const here = this.#byAddress.get(address)! - 1;
    if (here === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, here);
  }
}

class TakenPlace implements Place {
  readonly #admission: Admission;
  readonly #address: string;
  #isUnidentified = true;
  #isTaken = true;

  constructor(admission: Admission, address: string) {
    this.#admission = admission;
    this.#address = address;
  }

  identify(): void {
    if (this.#isUnidentified) this.#admission.identified();
    this.#isUnidentified = false;
  }

  leave(): void {
    this.identify();
    if (this.#isTaken) this.#admission.left(this.#address);
    this.#isTaken = false;
  }
}

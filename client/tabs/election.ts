/**
 * Which tab of a browser leads. Where there are Web Locks, who has the lock does. Plain http on a network's address has none:
 * there a tab that hears of no leader claims to be it, and the least name among those that claim at once wins.
 * Timers of hidden tabs hardly run, but messages reach them: a leader is asked, and answers, and is given up only when it does not.
 */
import type { Said } from "./said.ts";

export interface Voter {
  readonly id: string;
  say(said: { readonly say: "claim" }): void;
  /** Asks the leader for an answer. */
  ask(): void;
  lead(): void;
}

const CLAIM_MS = 120;
const ASK_MS = 2_000;
/** Questions without an answer until a leader is given up. */
const PATIENCE = 2;

export class Election {
  leader: string | null = null;
  readonly #name: string;
  readonly #voter: Voter;
  #unanswered = 0;
  #hasLost = false;
  #claim: ReturnType<typeof setTimeout> | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #lock: AbortController | null = null;
  #release: () => void = () => {};

  constructor(name: string, voter: Voter) {
    this.#name = name;
    this.#voter = voter;
  }

  start(): void {
    this.#clock = setInterval(() => this.#tick(), ASK_MS);
    this.#voter.ask();
    if (navigator.locks) this.#queue(navigator.locks);
    else this.claim(0);
  }

  stop(): void {
    clearInterval(this.#clock);
    clearTimeout(this.#claim);
    this.leader = null;
    this.#lock?.abort();
    this.#release();
  }

  /** Another tab said that it leads. */
  follow(leader: string): void {
    clearTimeout(this.#claim);
    this.#unanswered = 0;
    this.leader = leader;
  }

  /** What concerns the election. */
  hear({ from, say }: Said): void {
    if (say === "claim" && from < this.#voter.id) this.#hasLost = true;
    if (say !== "bye" || from !== this.leader) return;
    this.leader = null;
    if (!navigator.locks) this.claim(Math.random() * CLAIM_MS);
  }

  /** Leads after a moment, unless somebody does, or claims with a lesser name. */
  claim(afterMs: number): void {
    clearTimeout(this.#claim);
    this.#claim = setTimeout(() => {
      this.#hasLost = false;
      this.#voter.say({ say: "claim" });
      this.#claim = setTimeout(() => this.leader !== null || this.#hasLost || this.#win(), CLAIM_MS);
    }, afterMs);
  }

  #win(): void {
    this.leader = this.#voter.id;
    this.#voter.lead();
  }

  #queue(locks: LockManager): void {
    this.#lock = new AbortController();
    const held = () =>
      new Promise<void>((resolve) => {
        this.#release = resolve;
        this.#win();
      });
    locks.request(this.#name, { signal: this.#lock.signal }, held).catch(() => {});
  }

  #tick(): void {
    if (this.leader === this.#voter.id) return;
    if (this.#unanswered++ < PATIENCE) this.#voter.ask();
    else {
      this.leader = null;
      this.#unanswered = 0;
      this.claim(0);
    }
  }
}

/** When each node of a simulated mesh reports: they take turns, evenly over a period. */

export class MeshTurns {
  #periodMs = 0;
  #due: number[] = [];

  schedule(nodes: number, perSecond: number, now: number): void {
    this.#periodMs = 1000 / perSecond;
    this.#due = Array.from({ length: nodes }, (_, index) => now + (this.#periodMs / nodes) * (index + 1));
  }

  /** Addresses of the nodes whose turn it is. What a stopped process missed is not made up for. */
  take(now: number): number[] {
    const taken: number[] = [];
    this.#due.forEach((due, index) => {
      if (now < due) return;
      taken.push(index + 1);
      const next = due + this.#periodMs;
      this.#due[index] = next > now ? next : now + this.#periodMs;
    });
    return taken;
  }

  next(): number {
    return Math.min(...this.#due);
  }
}

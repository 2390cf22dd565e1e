/** Tells listeners how a hub stands: at once when they begin to listen, then once for each turn in which it changed. */

export interface HubState {
  readonly clients: number;
  readonly dropped: number;
  /** False where what is published reaches nobody. */
  readonly serves: boolean;
  /** Why the hub does not serve, or serves without its store. */
  readonly fault?: string;
}

export class StateBoard {
  state: HubState = { clients: 0, dropped: 0, serves: true };
  readonly #listeners = new Set<(state: HubState) => void>();
  #telling = false;

  /** Thousands of browsers may come in one turn: the state is read when it is told. */
  show(state: HubState): void {
    this.state = state;
    if (this.#telling) return;
    this.#telling = true;
    setImmediate(() => {
      this.#telling = false;
      for (const listener of [...this.#listeners]) listener(this.state);
    });
  }

  subscribe(listener: (state: HubState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.state);
    return () => void this.#listeners.delete(listener);
  }
}

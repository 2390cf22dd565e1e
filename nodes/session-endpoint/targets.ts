/** Whom an endpoint connects to: the peer it is set to, and those that messages add and remove while it runs. */
import type { SecureContextOptions } from "node:tls";
import { Connector } from "./connector.ts";
import type { EndpointState, Link, LinkHost } from "./link.ts";
import { type EndpointOptions, targetOf } from "./read-options.ts";

/** Each connects again for ever. */
export const MAX_TARGETS = 64;

/** By the endpoint's node: a redeploy keeps what messages added. */
const added = new Map<string, Set<string>>();

export class Targets implements Link {
  readonly #options: EndpointOptions;
  readonly #tls: SecureContextOptions | null;
  readonly #host: LinkHost;
  readonly #connectors = new Map<string, Connector>();
  readonly #states = new Map<string, EndpointState>();
  /** Removed, and not yet gone. */
  readonly #leaving = new Set<Connector>();

  constructor(options: EndpointOptions, tls: SecureContextOptions | null, host: LinkHost) {
    this.#options = options;
    this.#tls = tls;
    this.#host = host;
    for (const url of new Set([options.url, ...this.#added])) this.#begin(url);
  }

  /** Throws RangeError naming what is wrong; one that is there already stays. */
  connect(text: string): void {
    const { url, transport } = targetOf(text);
    if (transport !== this.#options.transport) {
      throw new RangeError(`"url" must be of the endpoint's transport, ${this.#options.transport}, got ${text}`);
    }
    if (this.#connectors.has(url)) return;
    if (this.#connectors.size >= MAX_TARGETS)
      throw new RangeError(`an endpoint connects to ${MAX_TARGETS} peers at most`);
    this.#added.add(url);
    this.#begin(url);
  }

  /** Throws RangeError where it does not connect there. */
  disconnect(text: string): void {
    const { url } = targetOf(text);
    const connector = this.#connectors.get(url);
    if (!connector) throw new RangeError(`"url" must be one that the endpoint connects to, got ${text}`);
    this.#added.delete(url);
    this.#connectors.delete(url);
    this.#states.delete(url);
    this.#leaving.add(connector);
    void connector.stop().then(() => this.#leaving.delete(connector));
    this.#host.target("removed", url);
    this.#tellState();
  }

  check(): void {}

  async stop(): Promise<void> {
    await Promise.all([...this.#connectors.values(), ...this.#leaving].map((connector) => connector.stop()));
  }

  get #added(): Set<string> {
    const urls = added.get(this.#host.holder.id) ?? new Set();
    added.set(this.#host.holder.id, urls);
    return urls;
  }

  #begin(url: string): void {
    const options = { ...this.#options, ...targetOf(url) };
    const state = (state: EndpointState) => {
      if (!this.#connectors.has(url)) return;
      this.#states.set(url, state);
      this.#tellState();
    };
    this.#host.target("added", url);
    this.#connectors.set(url, new Connector(options, this.#tls, { ...this.#host, state }));
  }

  /** The first that is not connected, if there is one, stands for all. */
  #tellState(): void {
    const states = [...this.#states.values()];
    const open = states.filter(({ name }) => name === "open");
    const worst = states.find(({ name }) => name !== "open");
    this.#host.state(worst ?? { name: "open", detail: open.map(({ detail }) => detail).join(", ") });
  }
}

/** For good: the node is gone. */
export function forgetTargets(endpoint: string): void {
  added.delete(endpoint);
}

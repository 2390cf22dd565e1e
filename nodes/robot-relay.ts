/** Flow node: reads what relays ask for, and asks a queue for the next message of the robot that each is attached to (PROTOCOLS 5.2). */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import { type RelayRequest, RelayRequests } from "../lib/robots/relay-requests.ts";
import { isId } from "../lib/store/ids.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { type Fields, idOption } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import { registryOf, type TokenRegistryNode } from "./token-registry.ts";

type Send = (messages: (NodeMessage | null)[]) => void;

interface Relay {
  readonly requests: RelayRequests;
  /** Null while it is attached to nobody. */
  user: string | null;
}

/** in = asked + dropped */
interface Counts {
  in: number;
  asked: number;
  readonly dropped: Record<string, number>;
}

/** What `n` is answered before there is a user, as where there is no message. */
const NONE = "none";
/** Where nobody says that sessions close, the oldest are forgotten. */
const MAX_RELAYS = 10_000;
const EVENTS: ReadonlySet<unknown> = new Set(["opened", "ended", "closed", "refused", "dropped"]);

/** Null where no registry is chosen: then every name may be one. */
function registryIn(RED: NodeAPI, { registry }: Fields): TokenRegistryNode | null {
  return typeof registry === "string" && registry !== "" ? registryOf(RED, registry) : null;
}

class Relays {
  readonly counts: Counts = { in: 0, asked: 0, dropped: { unknown: 0, "too-long": 0, "too-many": 0, "bad-name": 0 } };
  readonly #relays = new Map<string, Relay>();
  /** Empty: each relay says whose messages it wants. */
  readonly #preset: string;
  readonly #registry: TokenRegistryNode | null;

  constructor(preset: string, registry: TokenRegistryNode | null) {
    this.#preset = preset;
    this.#registry = registry;
  }

  get size(): number {
    return this.#relays.size;
  }

  close(session: string): void {
    this.#relays.delete(session);
  }

  /** For each `n`: whose messages it is for; null where that is not known. */
  receive(session: string, text: string): (string | null)[] {
    const relay = this.#relayOf(session);
    return relay.requests.receive(text).flatMap((request) => this.#obey(relay, request));
  }

  #relayOf(session: string): Relay {
    let relay = this.#relays.get(session);
    if (!relay) {
      const isUser = (name: string) => this.#registry?.book?.knows(name) ?? true;
      relay = { requests: new RelayRequests(isUser), user: this.#preset || null };
      this.#relays.set(session, relay);
      if (this.#relays.size > MAX_RELAYS) this.#relays.delete(this.#relays.keys().next().value!);
    }
    return relay;
  }

  #obey(relay: Relay, request: RelayRequest): (string | null)[] {
    if (request.type === "dropped") return this.#drop(request.reason, request.count);
    if (request.type !== "next") {
      relay.user = isId(request.user) ? request.user : null;
      if (relay.user === null) return this.#drop("bad-name", 1);
    }
    this.counts.in++;
    this.counts.asked++;
    return request.type === "next" ? [relay.user] : [];
  }

  #drop(reason: string, count: number): [] {
    this.counts.in += count;
    this.counts.dropped[reason]! += count;
    return [];
  }
}

function* samples(where: string, { counts, size }: Relays): Iterable<Sample> {
  yield { name: "gatehouse_relay_requests_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_relay_asked_total", labels: { where }, value: counts.asked };
  yield { name: "gatehouse_relays", labels: { where }, value: size };
  yield* dropSamples(where, counts.dropped);
}

export default function register(RED: NodeAPI): void {
  function RobotRelay(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      run(this, new Relays(idOption(config, "user", ""), registryIn(RED, config)));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function run(node: Node, relays: Relays): void {
    const line = statusLine(node);
    const removeCollector = addCollector(node, (where) => samples(where, relays));
    const show = () => line.show(() => statusOf(relays));

    node.on("input", (message: GatehouseMessage, send: Send, done) => {
      try {
        receive(relays, message, send);
        done();
      } catch (error) {
        done(error as Error);
      }
      show();
    });
    node.on("close", () => {
      removeCollector();
      line.stop();
    });
    show();
  }

  function statusOf({ size }: Relays): NodeStatus {
    return { fill: size > 0 ? "green" : "grey", shape: "dot", text: RED._("robot-relay.status.relays", { n: size }) };
  }

  RED.nodes.registerType("gh-robot-relay", RobotRelay);
}

function receive(relays: Relays, message: GatehouseMessage, send: Send): void {
  const { type, payload, _session } = message;
  if (!_session) throw new RangeError('"_session" is missing');
  if (EVENTS.has(type)) {
    if (type !== "closed") return;
    relays.close(_session.id);
    send([{ action: "leave", _session } as NodeMessage, null]);
    return;
  }
  for (const queue of relays.receive(_session.id, textOf(payload))) {
    if (queue === null) send([null, { payload: NONE, _session } as NodeMessage]);
    else send([{ action: "next", queue, _session } as NodeMessage, null]);
  }
}

function textOf(payload: unknown): string {
  if (typeof payload === "string") return payload;
  if (payload instanceof Uint8Array) return Buffer.from(payload).toString();
  throw new RangeError('"payload" must be text or bytes');
}

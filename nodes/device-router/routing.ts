/** What an ack-session tells of its peers becomes routes, and routes become messages for it and commands for the store. */
import type { NodeMessage } from "node-red";
import { type Address, DeviceRouter as Router, type RouterEvent, type RouterState } from "../../lib/ack/router.ts";
import type { PeerName } from "../../lib/ack/server-events.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import { viewInField } from "../shared/field-browsers.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { TokenPermits } from "./permits.ts";

type Message = Partial<GatehouseMessage>;
type Session = GatehouseMessage["_session"];

export class Routing {
  readonly counts = { told: 0, ordered: 0, dropped: {} as Record<string, number> };
  readonly #network: string;
  readonly #permits: TokenPermits | null;
  readonly #router: Router;
  readonly #send: (messages: (NodeMessage | null)[]) => void;

  /** Without permits any browser may anything. */
  constructor(
    network: string,
    permits: TokenPermits | null,
    state: RouterState | undefined,
    send: (messages: (NodeMessage | null)[]) => void,
  ) {
    this.#network = network;
    this.#permits = permits;
    this.#router = new Router(permits ?? undefined, state);
    this.#send = send;
  }

  get state(): RouterState {
    return this.#router.state;
  }

  get devices(): number {
    return this.#router.devices;
  }

  get browsers(): number {
    return this.#router.browsers;
  }

  /** An event of an ack-session, or what one of its peers says. */
  take(message: GatehouseMessage): void {
    const peer = message.peer as PeerName | undefined;
    if (message.type === "started") for (const event of this.#router.disconnectAll()) this.#perform(event, undefined);
    if (!peer) return;
    if (peer.kind === "browser") this.#learn(peer.id, message);
    for (const event of this.#route(peer, message)) this.#perform(event, message._session);
  }

  #learn(browser: string, { type, payload, _session }: GatehouseMessage): void {
    const session = type === "identified" ? (payload as { readonly connection: string }).connection : _session?.id;
    if (session !== undefined) this.#permits?.came(browser, session);
  }

  #route(peer: PeerName, { type, payload, device }: GatehouseMessage): RouterEvent[] {
    if (type === "identified") return this.#came(peer, payload as { readonly address: Address });
    if (type === "disconnected") return this.#went(peer);
    if (type === "forgotten") return this.#forgot(peer);
    if (type !== undefined) return [];
    const fields = payload as JsonObject;
    if (peer.kind === "browser") return this.#router.fromBrowser(peer.id, fields);
    // What is kept of a gateway's device names it as all behind the edge does.
    const name = device === undefined ? {} : { dev_id: device.slice(this.#network.length + 1) };
    if (peer.kind === "gateway") return this.#router.fromGateway(peer.id, { ...fields, ...name });
    return this.#router.fromDevice(peer.id, fields);
  }

  #came({ kind, id }: PeerName, { address }: { readonly address: Address }): RouterEvent[] {
    if (kind === "device") return this.#router.connect(id, address);
    if (kind === "browser") this.#router.open(id);
    return [];
  }

  /** A browser that is away gets what it missed when it is back. */
  #went({ kind, id }: PeerName): RouterEvent[] {
    if (kind === "device") return this.#router.disconnect(id);
    return kind === "gateway" ? this.#router.disconnectGateway(id) : [];
  }

  #forgot({ kind, id }: PeerName): RouterEvent[] {
    if (kind === "browser") {
      const events = this.#router.forgetBrowser(id);
      this.#permits?.forget(id);
      return events;
    }
    if (kind === "device") this.#router.forgetDevice(id);
    return [];
  }

  #perform(event: RouterEvent, session: Session): void {
    if (event.type === "send") this.#tell({ kind: "browser", id: event.browser }, event.fields);
    else if (event.type === "command") this.#order(event.device, { payload: event.fields, action: "command" }, session);
    else if (event.type === "forward") {
      const peer = { kind: "gateway", id: event.gateway };
      this.#order(event.device, { payload: event.fields, peer }, session);
    } else if (event.type === "viewing") this.#viewing(event.browser, event.device);
    else this.#drop(event.from, event.reason);
  }

  #tell(peer: PeerName, payload: JsonObject): void {
    this.counts.told++;
    this.#emit(0, { peer, payload });
  }

  /** For a device that is here, or for the gateway that holds it. */
  #order(device: string, order: Message, session: Session): void {
    this.counts.ordered++;
    const named = { device: `${this.#network}/${device}`, type: "message", ...order };
    this.#emit(1, session ? { ...named, _session: session } : named);
  }

  #viewing(browser: string, device: string | null): void {
    viewInField(this.#network, browser, device);
    this.#emit(2, { type: "viewing", peer: { kind: "browser", id: browser }, payload: { device } });
  }

  #drop(from: string, reason: string): void {
    this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + 1;
    this.#emit(2, { type: "dropped", payload: { from, reason } });
  }

  #emit(output: number, message: Message): void {
    const messages: (NodeMessage | null)[] = [null, null, null];
    messages[output] = message as NodeMessage;
    this.#send(messages);
  }
}

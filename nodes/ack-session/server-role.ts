/** The server of ack/0 at work: sessions and commands in; bytes for the wire, messages, events and outcomes out. */
import { AckServer, type PeerName, type ServerEvent } from "../../lib/ack/server.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { FieldBrowsers } from "../shared/field-browsers.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { findSession } from "../shared/sessions.ts";
import type { CommandRef } from "./commands.ts";
import { kindOf } from "./connection-kind.ts";
import { Deliveries } from "./deliveries.ts";
import { Gateways } from "./gateways.ts";
import { Identifying, identifySession } from "./identifying.ts";
import type { Keeping, Kept } from "./keeping.ts";
import { lastClientId, mintDeviceId } from "./minted-ids.ts";
import { Names } from "./names.ts";
import { Orders } from "./orders.ts";
import type { Outputs } from "./outputs.ts";
import type { AckOptions } from "./read-options.ts";
import type { Role } from "./role.ts";
import { wireValue } from "./wire-value.ts";

type Ref = CommandRef | null;
type Event<Type> = ServerEvent<Ref> & { readonly type: Type };

export class ServerRole implements Role {
  readonly #names: Names;
  readonly #outputs: Outputs;
  readonly #keeping: Keeping | null;
  readonly #deliveries: Deliveries;
  readonly #orders: Orders;
  readonly #core: AckServer<Ref>;
  readonly #driver: Driver<ServerEvent<Ref>>;
  readonly #identifying = new Identifying();
  readonly #browsers: FieldBrowsers;
  readonly #gateways: Gateways;

  constructor(options: AckOptions, outputs: Outputs, keeping: Keeping | null) {
    this.#names = new Names(options.network);
    this.#browsers = new FieldBrowsers(options.network);
    const refuse = (id: string) => outputs.drop("devices-full", { peer: { kind: "gateway", id } });
    this.#gateways = new Gateways(this.#names, keeping, refuse);
    this.#outputs = outputs;
    this.#keeping = keeping;
    this.#deliveries = new Deliveries(this.#names, outputs, keeping, {
      acknowledge: ({ device, epoch, n }) => this.#run(this.#core.commit(this.#names.peerAt(device), epoch, n)),
      giveUp: ({ device, epoch, n }) => this.#run(this.#core.giveUp(this.#names.peerAt(device), epoch, n, now())),
    });
    this.#core = new AckServer({ ...options, lastClientId: lastClientId(), mintDeviceId });
    this.#driver = drive(this.#core, (event) => this.#perform(event));
    this.#orders = new Orders(this.#core, this.#names, keeping, {
      run: (events) => this.#driver.run(events),
      outcome: (message) => outputs.outcome(message),
      holderOf: (id) => this.#gateways.holderOf(id),
    });
  }

  get peers(): number {
    return this.#core.connected;
  }

  get held(): number {
    return this.#deliveries.unconfirmed;
  }

  /** What a restart cut short is handed on again, before anything new comes. */
  restore({ peers, unconfirmed }: Kept): void {
    for (const { key, state } of peers) this.#core.restore(this.#names.peerAt(key), state, now());
    for (const received of unconfirmed) this.#deliveries.handOn(received, true);
  }

  opened({ payload, _session }: GatehouseMessage): void {
    const told = payload as Record<string, unknown>;
    const address = [String(told.address), Number(told.port)] as const;
    this.#gateways.opened(_session!.id, told);
    this.#run(this.#core.open(_session!.id, kindOf(told), address, told.path !== undefined));
  }

  target(): void {}

  closed({ _session }: GatehouseMessage): void {
    this.#identifying.forget(_session!.id);
    this.#gateways.closed(_session!.id);
    this.#run(this.#core.close(_session!.id, now()));
  }

  /** From the wire. A connection that is older than this node has to begin anew. */
  received(message: GatehouseMessage): void {
    const connection = message._session!.id;
    if (!this.#core.hasOpen(connection)) findSession(connection)?.close("restarted");
    else if (this.#deliveries.isFull) this.#turnAway(message);
    else if (!this.#identifying.isUnderWay(connection)) this.#take(message);
    else if (!this.#identifying.hold(message)) this.#turnAway(message);
  }

  #turnAway(message: GatehouseMessage): void {
    this.#outputs.drop("inbox-full", message);
    this.#run(this.#core.turnAway(message._session!.id, "busy", now()));
  }

  #take(message: GatehouseMessage): void {
    const connection = message._session!.id;
    const read = wireValue(message.payload);
    if ("fault" in read) return void this.#outputs.drop(read.fault, message);
    if (this.#core.awaitsDevice(connection)) this.#gateways.presented(connection, message);
    const value = this.#named(message, read.value);
    const device = this.#core.deviceIn(connection, value);
    const user = message.user as string | undefined;
    if (device === null || !this.#keeping) this.#run(this.#core.receive(connection, value, now(), user));
    else this.#identify(message, value, device);
  }

  /** What waits for the device comes before the answer to its first message. */
  #identify(message: GatehouseMessage, value: JsonObject, id: string): void {
    const connection = message._session!.id;
    const fetching = this.#orders.fetch(id).catch((fault: Error) => this.#outputs.fault(fault));
    this.#identifying.begin(message, fetching, (next) => {
      if (next !== message) return this.#take(next);
      this.#run(this.#core.receive(connection, value, now()));
      this.#orders.arrived(id);
    });
  }

  /** The authenticated name counts, whatever the first message says. */
  #named({ device, _session }: GatehouseMessage, value: JsonObject): JsonObject {
    const isGateway = value.client_id !== undefined;
    if (device === undefined || isGateway || !this.#core.awaitsDevice(_session!.id)) return value;
    return { ...value, dev_id: this.#names.idOf(device) };
  }

  /** For a device by `msg.device`, or for a browser or gateway by `msg.peer`, as this node names it. */
  send(message: GatehouseMessage): void {
    const { device } = message;
    const peer = message.peer as PeerName;
    const isDevice = device !== undefined && (peer === undefined || peer.kind === "device");
    this.#orders.send(isDevice ? this.#names.peerOf(device) : peer, message);
  }

  confirm(message: GatehouseMessage): void {
    this.#deliveries.confirm(message);
  }

  async stop(): Promise<void> {
    this.#driver.stop();
    this.#browsers.clear();
    await this.#keeping?.inbox.stop();
  }

  #run(events: readonly ServerEvent<Ref>[]): void {
    this.#driver.run(events);
  }

  #perform(event: ServerEvent<Ref>): void {
    if (event.type === "write") this.#outputs.write(event.connection, event.message);
    else if (event.type === "close") this.#outputs.close(event.connection);
    else if (event.type === "received") this.#receive(event);
    else if (event.type === "acknowledged") this.#orders.settle(event, event.ref);
    else if (event.type === "dropped") this.#dropped(event);
    else this.#changed(event);
  }

  #receive({ kind, id, connection, epoch, n, fields }: Event<"received">): void {
    const [time, peer] = [Date.now(), { kind, id }];
    if (kind === "device" || (kind === "gateway" && this.#gateways.isData(connection, fields))) {
      this.#deliveries.receive({ device: this.#names.keyOf(peer), epoch, n, fields, time });
      return;
    }
    // What a browser says, and who came or went at a gateway, is passed on at once, and kept nowhere.
    this.#run(this.#core.commit(peer, epoch, n));
    if (kind === "gateway" && !this.#gateways.mayTell(connection, fields)) {
      this.#outputs.drop("forbidden", { peer });
      return;
    }
    const came = kind === "gateway" ? this.#gateways.announced(id, connection, fields) : null;
    if (came !== null) this.#orders.came(came, id).catch((fault: Error) => this.#outputs.fault(fault));
    if (Object.keys(fields).length === 0) return;
    // By its session it is known what it may.
    this.#outputs.application({ peer, payload: fields, time, _session: { type: "session", id: connection } });
  }

  #dropped({ reason, peer, ref }: Event<"dropped">): void {
    if (peer?.kind === "browser") this.#browsers.dropped(peer.id);
    this.#outputs.drop(reason, peer ? this.#names.named(peer) : {});
    if (peer && ref) this.#orders.settle(peer, ref, reason);
  }

  #changed(event: Event<"identified" | "remapped" | "disconnected" | "forgotten">): void {
    const { type, kind, id, ...payload } = event;
    const named = this.#names.named({ kind, id });
    this.#outputs.event(type, { ...named, payload });
    if (event.type === "identified") identifySession(event.connection, named.device);
    if (kind === "browser" && event.type === "identified") this.#browsers.came(id, event.address[0]);
    if (kind === "browser" && event.type === "disconnected") this.#browsers.went(id);
    if (kind === "gateway" && event.type === "disconnected") this.#gateways.left(id);
    this.#orders.changed(type, { kind, id });
    if (named.device === undefined || type === "remapped" || type === "forgotten") return;
    const address = "address" in event ? { address: event.address } : {};
    this.#keeping?.link(named.device, { connected: type === "identified", since: Date.now(), ...address });
  }
}

/** A device as the wire names it, and as everything behind the edge does. */
import { deviceName } from "../../lib/ack/identity.ts";
import type { PeerName } from "../../lib/ack/server.ts";

/** No device's id begins so. */
const GATEWAY = "$gateway/";

export class Names {
  readonly #network: string;

  constructor(network: string) {
    this.#network = network;
  }

  deviceOf(id: string): string {
    return `${this.#network}/${id}`;
  }

  /** Throws RangeError where the device is of another network. */
  idOf(device: string): string {
    const slash = device.indexOf("/");
    const id = deviceName(device.slice(slash + 1));
    if (device.slice(0, slash) === this.#network && id !== null) return id;
    throw new RangeError(`msg.device must be ${this.#network}/<id>, got ${device}`);
  }

  peerOf(device: string): PeerName {
    return { kind: "device", id: this.idOf(device) };
  }

  /** What is kept of a device, or of a gateway, is kept under. */
  keyOf({ kind, id }: PeerName): string {
    return this.deviceOf(kind === "gateway" ? GATEWAY + id : id);
  }

  /** By such a key, which this node has made. */
  peerAt(key: string): PeerName {
    const id = key.slice(this.#network.length + 1);
    if (id.startsWith(GATEWAY)) return { kind: "gateway", id: id.slice(GATEWAY.length) };
    return { kind: "device", id };
  }

  /** What a message says of a peer. */
  named(peer: PeerName): { readonly peer: PeerName; readonly device?: string } {
    const { kind, id } = peer;
    return kind === "device" ? { peer: { kind, id }, device: this.deviceOf(id) } : { peer: { kind, id } };
  }
}

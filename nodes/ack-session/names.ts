/** A device as the wire names it, and as everything behind the edge does. */
import { deviceName } from "../../lib/ack/identity.ts";
import type { PeerName } from "../../lib/ack/server.ts";

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

  /** Of a device that this node named. */
  ownPeer(device: string): PeerName {
    return { kind: "device", id: device.slice(this.#network.length + 1) };
  }

  peerOf(device: string): PeerName {
    return { kind: "device", id: this.idOf(device) };
  }

  /** What a message says of a peer. */
  named(peer: PeerName): { readonly peer: PeerName; readonly device?: string } {
    const { kind, id } = peer;
    return kind === "device" ? { peer: { kind, id }, device: this.deviceOf(id) } : { peer: { kind, id } };
  }
}

/** What an endpoint's two roles have in common: they bring connections, and say how it stands. */
import type { Place } from "../../lib/sessions/admission.ts";
import type { Holder } from "../shared/held-ports.ts";
import type { ConnectionRefusal } from "./tally.ts";
import type { Peer, Wire, WireListener } from "./wire.ts";

export interface EndpointState {
  /** `open`: the port is ours, or the connection stands. `failed`: a wrong option; the node stays inert. */
  readonly name: "connecting" | "open" | "waiting" | "failed";
  readonly detail: string;
  /** Open to other machines, and nobody need say who it is. */
  readonly isExposed?: boolean;
}

export interface LinkHost {
  /** Who others are told holds the port. */
  readonly holder: Holder;
  /** Who has a port that no endpoint has. */
  portHolder(port: number): string;
  opened(peer: Peer, place: Place | null, open: (listener: WireListener) => Wire): void;
  refused(peer: Peer, reason: ConnectionRefusal): void;
  state(state: EndpointState): void;
  /** A peer to connect to, from now on or no more. */
  target(type: "added" | "removed", url: string): void;
}

export interface Link {
  /** From time to time. */
  check(at: number): void;
  /** Takes or makes no further connections; resolves when all are gone. */
  stop(): Promise<void>;
}

/** What an endpoint counts: messages and bytes each way, and every drop and refusal under its name. */
import type { AdmissionRefusal } from "../../lib/sessions/admission.ts";
import type { StreamDrop } from "../../lib/sessions/stream-event.ts";
import { dropSamples, type Sample } from "../shared/metrics.ts";

/**
 * `overflow` `coalesced` `slow` by the policy of a full queue · `expired` waiting when its deadline passed ·
 * `closed` waiting when its connection ended
 */
type SessionDrop = StreamDrop | "overflow" | "coalesced" | "slow" | "expired" | "closed";

/** Of those who listen for connections; `handshake` none was completed in time. */
export type ConnectionRefusal = AdmissionRefusal | "origin" | "path" | "no-websocket" | "handshake";

export class Tally {
  opened = 0;
  received = 0;
  bytesIn = 0;
  /** Messages for the peer: offered = written + dropped + held. */
  offered = 0;
  written = 0;
  bytesOut = 0;
  readonly dropped: Record<SessionDrop, number> = {
    "too-long": 0,
    utf8: 0,
    empty: 0,
    unterminated: 0,
    overflow: 0,
    coalesced: 0,
    slow: 0,
    expired: 0,
    closed: 0,
  };
  readonly refused: Record<ConnectionRefusal, number> = {
    full: 0,
    address: 0,
    unidentified: 0,
    origin: 0,
    path: 0,
    "no-websocket": 0,
    handshake: 0,
  };

  *samples(where: string, open: number, waiting: number): Iterable<Sample> {
    const count = (name: string, value: number, labels: Readonly<Record<string, string>> = {}) => ({
      name: `gatehouse_session${name}`,
      labels: { where, ...labels },
      value,
    });
    yield count("s_open", open);
    yield count("_waiting", waiting);
    yield count("_offered_total", this.offered);
    yield count("s_opened_total", this.opened);
    yield count("_messages_total", this.received, { direction: "in" });
    yield count("_messages_total", this.written, { direction: "out" });
    yield count("_bytes_total", this.bytesIn, { direction: "in" });
    yield count("_bytes_total", this.bytesOut, { direction: "out" });
    for (const [reason, value] of Object.entries(this.refused)) yield count("s_refused_total", value, { reason });
    yield* dropSamples(where, this.dropped);
  }
}

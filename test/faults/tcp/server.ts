/**
 * One endpoint in a process of its own, so that its memory can be measured apart from its peers'. It echoes every
 * message, except that one beginning with `flood` makes its sender the receiver of a stream that it may not read.
 */
import { Endpoint } from "../../../nodes/session-endpoint/endpoint.ts";
import { readEndpointOptions } from "../../../nodes/session-endpoint/read-options.ts";
import type { Session } from "../../../nodes/session-endpoint/session.ts";
import { type Memory, Peaks } from "./peaks.ts";

const FLOOD_EVERY_MS = 20;
const FLOOD_BYTES = 32 * 1024;

export interface Report extends Memory {
  readonly open: number;
  readonly opened: number;
  readonly refused: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly closed: Readonly<Record<string, number>>;
}

const endpoint = new Endpoint(
  { id: "fault", label: "fault" },
  readEndpointOptions(JSON.parse(process.argv[2]!) as Record<string, unknown>, (text) => text),
);
const flooded = new Set<Session>();
const closed: Record<string, number> = {};
const peaks = new Peaks();

endpoint.subscribe({
  message(session, payload) {
    if (String(payload).startsWith("flood")) flooded.add(session);
    else session.send(payload);
  },
  event(type, { reason }) {
    if (type === "closed") closed[String(reason)] = (closed[String(reason)] ?? 0) + 1;
  },
});
let isListening = false;
endpoint.subscribe({
  state({ name }) {
    if (name === "open" && !isListening) process.send!("listening");
    isListening = name === "open";
  },
});
endpoint.start(null);
setInterval(() => {
  for (const session of flooded) if (session.send(Buffer.alloc(FLOOD_BYTES))) flooded.delete(session);
}, FLOOD_EVERY_MS);

process.on("message", () => {
  const { tally, open } = endpoint;
  const report: Report = {
    open: open.length,
    opened: tally.opened,
    refused: Object.values(tally.refused).reduce((sum, one) => sum + one, 0),
    dropped: tally.dropped,
    closed,
    ...peaks.take(),
  };
  process.send!(report);
});
process.on("disconnect", () => process.exit());

/** A WebSocket as a wire: one message in each frame, text or binary. */
import type { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
import type { Wire, WireListener } from "./wire.ts";

const NORMAL = 1000;
/** What a close frame has room for. */
const MAX_REASON_BYTES = 123;

const DROPS: Readonly<Record<string, "too-long" | "utf8">> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: "too-long",
  WS_ERR_INVALID_UTF8: "utf8",
};

/** `carrier` is the socket below. */
export function wsWire(socket: WebSocket, carrier: Socket, listener: WireListener): Wire {
  let reason = "peer";
  socket.on("error", (fault: NodeJS.ErrnoException) => {
    const drop = DROPS[fault.code ?? ""];
    if (drop) listener.dropped(drop);
    reason = drop ?? fault.code ?? fault.message;
  });
  socket.on("message", (data: RawData, isBinary) => listener.received(isBinary ? (data as Buffer) : data.toString()));
  socket.on("ping", () => listener.heard());
  socket.on("pong", () => listener.heard());
  socket.on("close", () => listener.closed(reason));
  return {
    connection: "",
    isFlushed: () => socket.bufferedAmount === 0,
    write(items, taken) {
      carrier.cork();
      for (const item of items) socket.send(item.data, item === items.at(-1) ? taken : undefined);
      carrier.uncork();
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    ping: () => socket.ping(),
    end: (words) => socket.close(NORMAL, cut(words)),
    destroy: () => socket.terminate(),
  };
}

function cut(words: string): string {
  let text = words;
  while (Buffer.byteLength(text) > MAX_REASON_BYTES) text = text.slice(0, -1);
  return text;
}

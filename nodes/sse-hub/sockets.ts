/** Answers `GET /socket`: a WebSocket with the same events as JSON frames, and commands the other way. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { WebSocketServer } from "ws";
import { CommandRate } from "../../lib/commands/rate.ts";
import { isOwnOrigin } from "./access.ts";
import { sendError } from "./answers.ts";
import { MAX_COMMAND_BYTES } from "./post-command.ts";
import { SocketConnection, type SocketParts } from "./socket-connection.ts";
import { upgradeOf } from "./upgrades.ts";
import type { Visitor } from "./visitor.ts";

/** A subscription makes the hub read its store. */
const FRAMES_PER_SECOND = 100;
const BURST = 400;

const server = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  maxPayload: MAX_COMMAND_BYTES,
  perMessageDeflate: false,
});

export class Sockets {
  readonly #parts: SocketParts;

  constructor(parts: Omit<SocketParts, "rate">) {
    this.#parts = { ...parts, rate: new CommandRate(FRAMES_PER_SECOND, BURST) };
  }

  /** `name` is the browser's own, for the outcomes of its commands. */
  async serve(
    name: string | null,
    visitor: Visitor,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const upgrade = upgradeOf(request);
    if (!upgrade) return sendError(response, 426, "upgrade", "Open a WebSocket here.", { Upgrade: "websocket" });
    if (!isOwnOrigin(request)) return sendError(response, 403, "foreign-origin", "A page of another origin asks.");
    const refusal = await this.#parts.streams.refusal();
    if (refusal) return sendError(response, 503, refusal.error, refusal.message, { "Retry-After": "10" });
    const { socket, head } = upgrade;
    response.detachSocket(socket);
    server.handleUpgrade(request, socket, head, (peer) => {
      peer.on("error", ignoreError);
      this.#parts.access.hold(visitor, socket);
      void new SocketConnection(this.#parts, peer, socket, { name, visitor }).open();
    });
  }
}

/** `close` follows, and is what counts. */
function ignoreError(): void {}

/** One browser on a WebSocket: what it follows, the commands that it sends, and what it is told of them. */
import { randomUUID } from "node:crypto";
import type { RawData, WebSocket } from "ws";
import type { Outcome } from "../../lib/commands/command.ts";
import type { CommandRate } from "../../lib/commands/rate.ts";
import { namedText, outcomeText, type Told } from "../../lib/sse/event-text.ts";
import type { DeliveryClass } from "../../lib/sse/published.ts";
import { readSocketRequest, type SendCommand, type Subscribe } from "../../lib/sse/socket-request.ts";
import { now } from "../shared/drive.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import type { Access } from "./access.ts";
import { type Browser, browserId } from "./browsers.ts";
import type { CommandIntake } from "./command-intake.ts";
import { FrameSink } from "./frame-sink.ts";
import type { StreamSocket } from "./stream-socket.ts";
import type { Streams } from "./streams.ts";
import type { Views } from "./views.ts";
import { Forbidden, type Visitor } from "./visitor.ts";

export interface SocketParts {
  readonly streams: Streams;
  readonly intake: CommandIntake;
  readonly store: Pick<StoreBackendNode, "backend">;
  readonly access: Access;
  readonly views: Views;
  /** Of the frames of an address. */
  readonly rate: CommandRate;
}

/** Who opened the connection; the name is the browser's own. */
export interface SocketOwner {
  readonly name: string | null;
  readonly visitor: Visitor;
}

export class SocketConnection implements Browser {
  readonly id: string;
  readonly via = "socket";
  readonly address: string;
  readonly since = Date.now();
  readonly view = null;
  readonly pages = [];
  topics: readonly string[] = [];
  readonly #parts: SocketParts;
  readonly #visitor: Visitor;
  readonly #peer: WebSocket;
  readonly #socket: StreamSocket;
  readonly #sink: FrameSink;

  /** Without a name, outcomes go to this connection alone. */
  constructor(parts: SocketParts, peer: WebSocket, socket: StreamSocket, { name, visitor }: SocketOwner) {
    this.address = socket.remoteAddress ?? "";
    this.id = browserId(name, randomUUID());
    this.#parts = parts;
    this.#visitor = visitor;
    this.#peer = peer;
    this.#socket = socket;
    this.#sink = new FrameSink(peer, socket);
  }

  /** It hears of outcomes and keep-alives; of readings once it subscribes. */
  async open(): Promise<void> {
    const { streams } = this.#parts;
    streams.attach(this.#socket, this.#sink, [], this);
    this.#peer.on("message", (data, isBinary) => void this.#receive(data, isBinary));
    await streams.start(this.#socket, this.#sink, { latest: false, after: null });
  }

  tell(outcome: Outcome): void {
    this.#parts.streams.tell(this.#socket, outcomeText(outcome));
  }

  publish(told: Told, delivery: DeliveryClass): void {
    this.#parts.streams.publishTo(this.#socket, told, delivery);
  }

  async #receive(data: RawData, isBinary: boolean): Promise<void> {
    if (this.#peer.readyState !== this.#peer.OPEN) return;
    try {
      if (this.#parts.rate.take(this.address, now()) > 0) return this.#say("error", BUSY);
      if (isBinary) throw new RangeError("a frame must be text");
      const asked = readSocketRequest(String(data));
      await (asked.type === "subscribe" ? this.#subscribe(asked) : this.#send(asked));
    } catch (error) {
      const { message } = error as Error;
      this.#say("error", { error: wordOf(error), message });
    }
  }

  async #subscribe({ filters, ...wanted }: Subscribe): Promise<void> {
    const { streams } = this.#parts;
    this.#parts.views.checkMayFollow(this.#visitor, filters);
    streams.refilter(this.#socket, this.#sink, filters);
    await streams.start(this.#socket, this.#sink, wanted);
  }

  async #send({ body, ref }: SendCommand): Promise<void> {
    const { intake, store } = this.#parts;
    const answer = await intake.submit(
      body,
      { id: this.id, address: this.address, visitor: this.#visitor },
      store.backend,
    );
    const of = ref === null ? {} : { ref };
    if ("id" in answer) this.#say("accepted", { id: answer.id, ...of });
    else this.#say("refused", { error: answer.error, message: answer.message, ...of });
  }

  #say(event: string, data: object): void {
    this.#parts.streams.tell(this.#socket, namedText(event, data));
  }
}

function wordOf(error: unknown): string {
  if (error instanceof Forbidden) return "forbidden";
  return error instanceof RangeError ? "bad-request" : "failed";
}

const BUSY = { error: "busy", message: "Too many frames: this one was dropped." };

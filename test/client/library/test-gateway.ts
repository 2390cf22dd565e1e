/** A mesh gateway of a few lines (PROTOCOLS 2), over TCP and WebSocket, whose nodes a test scripts. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

type Send = (bytes: Buffer) => void;

export class TestGateway {
  /** By data type and address. */
  readonly values = new Map<string, Map<number, Buffer>>();
  /** Every request, in latin1. */
  readonly asked: string[] = [];
  readonly generation: 1 | 2;
  /** False leaves a greeting without an answer. */
  acknowledges = true;
  /** A node that got a message, or the reply to its request. */
  onMessage: (address: number, message: string) => void = () => {};
  onReply: (address: number, message: string) => void = () => {};
  /** Where it is set, what every request is answered with. */
  answer: string | null = null;
  readonly #listeners = new Set<Send>();
  readonly #sockets = new Set<Socket>();
  #onListener: () => void = () => {};
  readonly #tcp: Server = createServer((socket) => this.#accept(socket));
  #webSocket: WebSocketServer | null = null;
  #port = 0;

  constructor(generation: 1 | 2 = 1) {
    this.generation = generation;
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return `tcp://127.0.0.1:${this.#port}`;
  }

  get webSocketAddress(): string {
    return `ws://127.0.0.1:${(this.#webSocket!.address() as AddressInfo).port}`;
  }

  /** Resolves when the next connection has been acknowledged. */
  listened(): Promise<void> {
    return new Promise((resolve) => {
      this.#onListener = resolve;
    });
  }

  /** Starts, or starts again on the same port. */
  async start(): Promise<void> {
    this.#tcp.listen(this.#port, "127.0.0.1");
    await once(this.#tcp, "listening");
    this.#port = (this.#tcp.address() as AddressInfo).port;
    this.#webSocket = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    this.#webSocket.on("connection", (socket) => this.#acceptFrames(socket));
    await once(this.#webSocket, "listening");
  }

  async stop(): Promise<void> {
    for (const client of this.#webSocket?.clients ?? []) client.terminate();
    this.#webSocket?.close();
    const closed = once(this.#tcp, "close");
    this.#tcp.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#listeners.clear();
    await closed;
  }

  set(type: string, address: number, data: string): void {
    const nodes = this.values.get(type) ?? new Map<number, Buffer>();
    this.values.set(type, nodes.set(address, Buffer.from(data, "latin1")));
  }

  push(text: string): void {
    for (const send of this.#listeners) send(Buffer.from(text, "latin1"));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    const send: Send = (bytes) => socket.write(bytes);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#listeners.delete(send);
    });
    socket.on("data", (request) => {
      if (!this.#greet(request, send)) this.#reply(request, (reply) => socket.end(reply));
    });
  }

  #acceptFrames(socket: WebSocket): void {
    const send: Send = (bytes) => socket.send(bytes);
    socket.on("close", () => this.#listeners.delete(send));
    socket.on("message", (frame: Buffer) => {
      if (!this.#greet(frame, send)) this.#reply(frame, send);
    });
  }

  #greet(request: Buffer, send: Send): boolean {
    if (request.toString("latin1") !== "[syn]\0") return false;
    if (!this.acknowledges) return true;
    this.#listeners.add(send);
    send(Buffer.from("[ack]\0"));
    this.#onListener();
    return true;
  }

  #reply(request: Buffer, send: Send): void {
    const text = request.toString("latin1");
    this.asked.push(text);
    const answer = this.#listeners.size === 0 ? "[err]-listen_socket_disconnected" : this.answer;
    send(answer === null ? this.#answerTo(request, text) : Buffer.from(answer, "latin1"));
  }

  #answerTo(request: Buffer, text: string): Buffer {
    if (text.startsWith("[GET]")) return this.#get(request.readUInt16BE(5), text.slice(7));
    if (text === "NSTAT") {
      return Buffer.from('S{"node_amount": 2, "node_addr_list": [5, 6], "node_status_list": [1, 0]}');
    }
    if (text === "ACT-C") return Buffer.from("S\x02");
    if (text.startsWith("[CMD]SEND-")) this.onMessage(request.readUInt16BE(10), text.slice(13, -1));
    if (text.startsWith("SEND-")) this.onMessage(request.readUInt16BE(5), text.slice(7));
    if (text.startsWith("[REQ]")) this.onReply(request.readUInt16BE(5), text.slice(7));
    return Buffer.from("S");
  }

  #get(address: number, type: string): Buffer {
    const nodes = this.values.get(type);
    if (!nodes) return Buffer.from("F\x13Data Type Not Found");
    const every = address === (this.generation === 1 ? 0xff : 0);
    const found = [...nodes].filter(([node]) => every || node === address);
    if (!every && found.length === 0) return Buffer.from("F\x0eNode Not Found");
    const items = found.map(([node, data]) => Buffer.concat([this.#addressOf(node), data]));
    return Buffer.concat([Buffer.from(`S${type}`), Buffer.of(found[0]?.[1].length ?? 0, found.length), ...items]);
  }

  #addressOf(node: number): Buffer {
    return this.generation === 1 ? Buffer.of(node) : Buffer.of(node >> 8, node & 0xff);
  }
}

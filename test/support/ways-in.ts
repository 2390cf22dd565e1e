/** A flow with every way in that a token has, and a guesser for each of them. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import type { NodeRed } from "./node-red.ts";

export interface Ports {
  readonly message: number;
  readonly session: number;
  readonly socket: number;
}

/** What became of one guess. */
export type Answer = "refused" | "later" | "let in";

export interface WayIn {
  readonly name: string;
  /** Shows a token from an address of this machine. */
  guess(token: string): Promise<Answer>;
  close(): void;
}

type Node = Readonly<Record<string, unknown>>;

const PLACE = { z: "tab", x: 0, y: 0 };

/** Every `device-token-auth` tells who was let in and why not; `store` keeps what was let in. */
export function waysInFlow(ports: Ports, directory: string, tokensFile = ""): Node[] {
  return [
    { id: "tab", type: "tab", label: "ways in" },
    { id: "store", type: "gh-store-backend", kind: "file", directory },
    { id: "tokens", type: "gh-token-registry", store: "store", tokensFile },
    { id: "hub", type: "gh-sse-hub", path: "/gatehouse", store: "store", registry: "tokens", thisMachine: "never" },
    { id: "sse-out", ...PLACE, type: "sse-out", hub: "hub" },
    ...sessionsOf("message", "tcp", ports.message),
    ...sessionsOf("session", "tcp", ports.session),
    ...sessionsOf("socket", "ws", ports.socket),
    { id: "node-store", ...PLACE, type: "node-store", store: "store", wires: [["sse-out"], []] },
    { id: "debug", ...PLACE, type: "debug", active: true, tosidebar: true, complete: "true", targetType: "full" },
    { id: "keep", ...PLACE, type: "change", rules: KEEP_IN_CONTEXT, wires: [[]] },
    { id: "catch", ...PLACE, type: "catch", scope: null, uncaught: false, wires: [["debug"]] },
  ];
}

/** As a person does who looks for a fault. */
const KEEP_IN_CONTEXT = [{ t: "set", p: "last", pt: "global", to: "$$", tot: "jsonata" }];

function sessionsOf(name: string, transport: string, port: number): Node[] {
  const mode = name === "message" ? "message" : "session";
  const endpoint = `${name}-end`;
  const typed = { t: "set", p: "type", pt: "msg", to: "said", tot: "str" };
  return [
    { id: endpoint, type: "gh-session-endpoint", role: "listen", transport, host: "127.0.0.1", port, framing: "line" },
    { id: `${name}-in`, ...PLACE, type: "gh-session-in", endpoint, wires: [[`${name}-auth`], []] },
    {
      ...{ id: `${name}-auth`, ...PLACE, type: "device-token-auth", registry: "tokens", mode, network: "robot" },
      wires: [
        [`${name}-type`, `${name}-yes`, "debug", "keep"],
        [`${name}-out`, "debug", "keep"],
      ],
    },
    { id: `${name}-type`, ...PLACE, type: "change", rules: [typed], wires: [["node-store"]] },
    {
      ...{ id: `${name}-yes`, ...PLACE, type: "change" },
      rules: [{ t: "set", p: "payload", pt: "msg", to: '{"ok":true}', tot: "str" }],
      wires: [[`${name}-out`]],
    },
    { id: `${name}-out`, ...PLACE, type: "gh-session-out", endpoint },
  ];
}

/** Each from an address of its own, or all from the same one. */
export async function waysIn({ port }: NodeRed, ports: Ports, addressOf: (n: number) => string): Promise<WayIn[]> {
  const http = (name: string, n: number, ask: (token: string) => Ask) => ({
    name,
    guess: async (token: string) => answerOf(await statusOf(port, addressOf(n), ask(token))),
    close: () => {},
  });
  return [
    http("HTTP", 0, (token) => ({ path: "/gatehouse/devices", headers: { authorization: `Bearer ${token}` } })),
    http("sign-in", 1, (token) => ({ path: "/gatehouse/token", method: "POST", headers: basic("anna", token) })),
    http("ticket", 2, (token) => ({ path: `/gatehouse/devices?ticket=${encodeURIComponent(token)}` })),
    http("hub WebSocket", 3, (token) => ({
      path: "/gatehouse/socket",
      headers: { ...UPGRADE, authorization: `Bearer ${token}` },
    })),
    await line("per-message token", ports.message, addressOf(4)),
    await line("TCP line", ports.session, addressOf(5)),
    await webSocket("WebSocket", ports.socket, addressOf(6)),
  ];
}

interface Ask {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

function basic(name: string, secret: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}` };
}

async function statusOf(port: number, localAddress: string, { path, method = "GET", headers = {} }: Ask) {
  const asking = request({ host: "127.0.0.1", port, localAddress, path, method, headers, agent: false });
  asking.on("upgrade", (_, socket) => socket.destroy());
  asking.end();
  const [response] = (await Promise.race([once(asking, "response"), once(asking, "upgrade")])) as [IncomingMessage];
  response.resume();
  return response.statusCode!;
}

function answerOf(status: number): Answer {
  if (status === 401) return "refused";
  return status === 429 ? "later" : "let in";
}

/** Lines are answered in their order. */
class Lines {
  #text = "";
  #heard: () => void = () => {};

  take(text: string): void {
    this.#text += text;
    this.#heard();
  }

  async next(): Promise<string> {
    while (!this.#text.includes("\n")) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }
}

function answerOfLine(line: string): Answer {
  const { error } = JSON.parse(line) as { error?: string };
  if (error === "later") return "later";
  return error === undefined ? "let in" : "refused";
}

async function line(name: string, port: number, localAddress: string): Promise<WayIn & { socket: Socket }> {
  const socket = connect({ host: "127.0.0.1", port, localAddress });
  const lines = new Lines();
  socket.on("data", (chunk) => lines.take(chunk.toString()));
  socket.on("error", () => {});
  await once(socket, "connect");
  const guess = async (token: string) => {
    socket.write(`${JSON.stringify({ token, said: "hello" })}\n`);
    return answerOfLine(await lines.next());
  };
  return { name, socket, guess, close: () => socket.destroy() };
}

async function webSocket(name: string, port: number, localAddress: string): Promise<WayIn & { socket: WebSocket }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { localAddress });
  const lines = new Lines();
  socket.on("message", (data) => lines.take(`${data}\n`));
  socket.on("error", () => {});
  await once(socket, "open");
  const guess = async (token: string) => {
    socket.send(JSON.stringify({ token, said: "hello" }));
    return answerOfLine(await lines.next());
  };
  return { name, socket, guess, close: () => socket.terminate() };
}

/** Resolves to how many milliseconds after `from` the connection of this way ended. */
export async function endedAfter(way: WayIn, from: number): Promise<number> {
  const { socket } = way as WayIn & { socket?: Socket | WebSocket };
  if (!socket) throw new Error(`${way.name} keeps no connection`);
  await once(socket, "close");
  return performance.now() - from;
}

/** A gateway-api with what it is wired to: client programs over TCP and WebSocket, a monitor's endpoint, a store. */
import { once } from "node:events";
import { WebSocket } from "ws";
import registerGatewayApi from "../../nodes/gateway-api.ts";
import { freePort } from "./node-red.ts";
import { CATCH, deploy } from "./runtime.ts";
import { reached, SESSION_NODES, TcpPeer } from "./session-flow.ts";
import { STORE, STORE_NODES } from "./store-flow.ts";

type Fields = Readonly<Record<string, unknown>>;

export const GATEWAY_NODES = [...new Set([...SESSION_NODES, ...STORE_NODES, registerGatewayApi, CATCH])];

export interface Ports {
  readonly tcp: number;
  readonly ws: number;
  readonly monitor: number;
}

const ENDPOINTS = ["tcp", "ws", "monitor"] as const;

/** `api` is the gateway-api, `readings` the node-store before it, `commands` and `caught` are ends of wires. */
export function gatewayFlow(ports: Ports, api: Fields = {}): Fields[] {
  const place = { z: "tab", x: 0, y: 0 };
  const endpoint = (id: keyof Ports, fields: Fields, send = "list") => [
    { id: `${id}-end`, type: "gh-session-endpoint", role: "listen", port: String(ports[id]), ...fields },
    { id: `${id}-in`, ...place, type: "gh-session-in", endpoint: `${id}-end`, send, wires: [["api"], ["api"]] },
  ];
  return [
    { id: "tab", type: "tab" },
    STORE,
    ...endpoint("tcp", { transport: "tcp", framing: "raw", gatherMs: "0", maxSessions: "200", identifyS: "5" }),
    ...endpoint("ws", { transport: "ws" }),
    ...endpoint("monitor", { transport: "ws" }, "each"),
    { id: "readings", ...place, type: "node-store", store: "store", wires: [["api"], []] },
    {
      ...{ id: "api", ...place, type: "gh-gateway-api", store: "store", monitor: "monitor-end", typeIds: "BAT 2" },
      wires: [["clients-out"], ["commands"], ["monitor-out"]],
      ...api,
    },
    { id: "clients-out", ...place, type: "gh-session-out" },
    { id: "monitor-out", ...place, type: "gh-session-out", endpoint: "monitor-end" },
    { id: "commands", ...place, type: "probe" },
    { id: "catch", ...place, type: "catch", scope: ["api"], wires: [["caught"]] },
    { id: "caught", ...place, type: "probe" },
  ];
}

/** Deploys it, and resolves once all ports are open. */
export async function serveGateway(api: Fields = {}): Promise<Ports> {
  const [tcp, ws, monitor] = await Promise.all(ENDPOINTS.map(() => freePort()));
  const ports = { tcp: tcp!, ws: ws!, monitor: monitor! };
  await deploy(GATEWAY_NODES, gatewayFlow(ports, api));
  await Promise.all(ENDPOINTS.map((id) => reached("open", `${id}-end`)));
  return ports;
}

/** One request on a connection of its own: the whole reply, once the gateway has closed it. */
export async function ask(port: number, request: string): Promise<string> {
  const peer = await TcpPeer.join(port);
  peer.socket.write(Buffer.from(request, "latin1"));
  await peer.closed();
  return peer.text;
}

/** A program that listens, acknowledged. */
export async function listenAt(port: number): Promise<TcpPeer> {
  const peer = await TcpPeer.join(port);
  peer.socket.write("[syn]\0");
  await peer.hears("[ack]\0");
  return peer;
}

/** A WebSocket whose messages are kept. */
export class FramePeer {
  readonly socket: WebSocket;
  readonly #heard: (string | Buffer)[] = [];
  #look = () => {};

  constructor(port: number) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    this.socket.on("message", (data: Buffer, isBinary) => {
      this.#heard.push(isBinary ? data : data.toString());
      this.#look();
    });
  }

  static async join(port: number): Promise<FramePeer> {
    const peer = new FramePeer(port);
    await once(peer.socket, "open");
    return peer;
  }

  /** The next message that has not been asked for yet. */
  next(): Promise<string | Buffer> {
    return this.first(() => true);
  }

  /** The first message that fits; those before it are passed over. */
  first(fits: (message: string | Buffer) => boolean): Promise<string | Buffer> {
    return new Promise((resolve) => {
      this.#look = () => {
        const at = this.#heard.findIndex(fits);
        if (at < 0) return;
        this.#look = () => {};
        resolve(this.#heard.splice(0, at + 1).at(-1)!);
      };
      this.#look();
    });
  }
}

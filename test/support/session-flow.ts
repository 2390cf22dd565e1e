/** A flow with one endpoint on a free port and all that uses it, and peers that speak with it. */
import { once } from "node:events";
import { createRequire } from "node:module";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { NodeAPI } from "node-red";
import type { SessionEventType } from "../../nodes/session-endpoint/endpoint.ts";
import type { EndpointState } from "../../nodes/session-endpoint/link.ts";
import registerEndpoint, { type SessionEndpointNode } from "../../nodes/session-endpoint.ts";
import registerIn from "../../nodes/session-in.ts";
import registerOut from "../../nodes/session-out.ts";
import { freePort } from "./node-red.ts";
import { messageAt, messagesAt, registerProbe } from "./probe.ts";
import { CATCH, deploy, nodeOf } from "./runtime.ts";

export interface Heard {
  readonly payload: string | Buffer;
  readonly address: string;
  readonly port: number;
  readonly _session: { readonly type: string; readonly id: string };
}

export interface Told {
  readonly type: SessionEventType;
  readonly payload: {
    readonly reason?: string;
    readonly count?: number;
    readonly address: string;
    readonly port: number;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly _session: { readonly id: string };
}

const TLS = createRequire(import.meta.url)("@node-red/nodes/core/network/05-tls.js") as (RED: NodeAPI) => void;
const CERTIFICATE = join(import.meta.dirname, "../fixtures/tls");

export const SESSION_NODES = [registerProbe, registerEndpoint, registerIn, registerOut, CATCH, TLS];

type Fields = Readonly<Record<string, unknown>>;

/** `end` is the endpoint, `tls` may be named in its field `tls`, `in` and `out` use it, `messages`, `events` and `caught` are the ends of wires. */
export function sessionFlow(endpoint: Fields): Fields[] {
  const place = { z: "tab", x: 0, y: 0 };
  return [
    { id: "tab", type: "tab" },
    { id: "tls", type: "tls-config", certType: "files", ...certificate() },
    { id: "end", type: "gh-session-endpoint", ...endpoint },
    { id: "in", ...place, type: "gh-session-in", endpoint: "end", wires: [["messages"], ["events"]] },
    { id: "out", ...place, type: "gh-session-out", endpoint: "end" },
    { id: "catch", ...place, type: "catch", scope: ["out"], wires: [["caught"]] },
    { id: "messages", ...place, type: "probe" },
    { id: "events", ...place, type: "probe" },
    { id: "caught", ...place, type: "probe" },
  ];
}

/** Of the server, and what a peer trusts. */
export function certificate(): { cert: string; key: string; ca: string } {
  const [cert, key] = [join(CERTIFICATE, "cert.pem"), join(CERTIFICATE, "key.pem")];
  return { cert, key, ca: cert };
}

/** Deploys the flow with a listening endpoint, and gives its port once it listens. */
export async function listen(fields: Fields = {}): Promise<number> {
  const port = await freePort();
  await deploy(SESSION_NODES, sessionFlow({ role: "listen", port: String(port), ...fields }));
  await reached("open");
  return port;
}

/** The first state of an endpoint, present or to come, that has the name. */
export function reached(name: EndpointState["name"], id = "end"): Promise<EndpointState> {
  return new Promise((resolve) => {
    const unsubscribe = nodeOf<SessionEndpointNode>(id).subscribe({
      state(state) {
        if (state.name !== name) return;
        resolve(state);
        setImmediate(() => unsubscribe());
      },
    });
  });
}

/** Resolves when the endpoint has a session. */
export function joined(id = "end"): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = nodeOf<SessionEndpointNode>(id).subscribe({
      state(_state, sessions) {
        if (sessions === 0) return;
        resolve();
        setImmediate(() => unsubscribe());
      },
    });
  });
}

/** The first event, past or to come, of this type, for this reason where one is given. */
export function told(type: SessionEventType, reason?: string): Promise<Told> {
  return messageAt<Told>(
    "events",
    (one) => one.type === type && (reason === undefined || one.payload.reason === reason),
  );
}

export function heard(payload: string): Promise<Heard> {
  return messageAt<Heard>("messages", (one) => one.payload.toString() === payload);
}

export function payloads(): (string | Buffer)[] {
  return messagesAt<Heard>("messages").map((message) => message.payload);
}

/** A TCP peer; what it heard is kept. */
export class TcpPeer {
  readonly socket: Socket;
  #text = "";
  #look = () => {};

  /** With `staysOpen` it does not close in return when the other side closes. */
  constructor(port: number, staysOpen = false, localPort = 0) {
    this.socket = connect({ port, localPort, host: "127.0.0.1", allowHalfOpen: staysOpen });
    this.socket.on("error", () => undefined);
    this.socket.on("data", (chunk) => {
      this.#text += chunk.toString("latin1");
      this.#look();
    });
  }

  static async join(port: number, staysOpen = false): Promise<TcpPeer> {
    const peer = new TcpPeer(port, staysOpen);
    await once(peer.socket, "connect");
    return peer;
  }

  get text(): string {
    return this.#text;
  }

  /** Resolves when all that was heard is this. */
  hears(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => this.#text === text && resolve();
      this.#look();
    });
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, "close");
  }
}

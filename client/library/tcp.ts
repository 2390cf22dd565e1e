/** Connections over TCP, in Node. */
import { connect } from "node:net";
import type { Link, LinkListener, Transport } from "./link.ts";

/** A gateway that vanished without a word is found by the kernel. */
const KEEP_ALIVE_MS = 15_000;

export function tcpTransport(host: string, port: number): Transport {
  return { isFramed: false, open: (listener) => openTcp(host, port, listener) };
}

function openTcp(host: string, port: number, listener: LinkListener): Link {
  const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, noDelay: true });
  let fault: string | null = null;
  socket.on("error", (error) => {
    fault = error.message;
  });
  socket.on("connect", () => listener.opened());
  socket.on("data", (chunk) => listener.received(chunk));
  socket.on("close", () => listener.closed(fault));
  return { send: (content) => socket.write(content), end: () => socket.end(), close: () => socket.destroy() };
}

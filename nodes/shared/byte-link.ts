/** Opens a serial path, `tcp://host:port` or `sim:<name>` as one kind of byte stream. */
import { connect, type Socket } from "node:net";
import type { SerialPort } from "serialport";
import type { DevicePath } from "./device-path.ts";
import { LinkError } from "./link-error.ts";
import { joinSim } from "./sim-link.ts";

export interface LinkListener {
  bytes(chunk: Buffer): void;
  /** Once, when an open link ends by itself; never after `close()`. */
  closed(reason: Error): void;
}

export interface ByteLink {
  /** Resolves when the bytes are on the wire. */
  write(bytes: Uint8Array): Promise<void>;
  /** Idempotent; resolves when the descriptor is free. */
  close(): Promise<void>;
}

export interface SerialOptions {
  readonly baudRate: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly stopBits: 1 | 1.5 | 2;
  readonly parity: "none" | "even" | "odd" | "mark" | "space";
  readonly rtscts: boolean;
}

/** Gives up, where the attempt can be given up, when the signal says so. */
export type OpenLink = (listener: LinkListener, signal: AbortSignal) => Promise<ByteLink>;

const CONNECT_WITHIN_MS = 5000;
const KEEP_ALIVE_MS = 15_000;
const CLOSE_WITHIN_MS = 2000;
const CHECK_EVERY_MS = 1000;
/** The system's words for a terminal whose device has gone; a pseudo-terminal's "inappropriate ioctl" is none. */
const GONE = /input\/output error|no such device/i;

export function linkOpener(device: DevicePath, options: SerialOptions): OpenLink {
  if (device.kind === "sim") return async (listener) => joinSim(device.name, listener);
  if (device.kind === "tcp") return (listener, signal) => openBridge(device.host, device.port, listener, signal);
  return (listener) => openSerial(device.path, options, listener);
}

function openBridge(host: string, port: number, listener: LinkListener, signal: AbortSignal): Promise<ByteLink> {
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  let fault: Error | undefined;
  socket.on("error", (error) => {
    // A name with several addresses fails with all their errors at once, and no text of its own.
    fault = error instanceof AggregateError ? error.errors[0] : error;
  });
  const abort = () => socket.destroy();
  signal.addEventListener("abort", abort, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", abort));
  return new Promise((resolve, reject) => {
    socket.setTimeout(CONNECT_WITHIN_MS, () => socket.destroy(new Error(`no answer from ${host}:${port}`)));
    socket.once("close", () => reject(fault ?? new LinkError("closed", `${host}:${port} closed the connection`)));
    socket.once("connect", () => {
      socket.setTimeout(0);
      resolve(bridgeLink(socket, listener, () => fault));
    });
  });
}

function bridgeLink(socket: Socket, listener: LinkListener, fault: () => Error | undefined): ByteLink {
  let closing = false;
  socket.on("data", (chunk) => listener.bytes(chunk as Buffer));
  socket.on("close", () => {
    if (!closing) listener.closed(fault() ?? new LinkError("closed", "the other side closed the connection"));
  });
  return {
    write: (bytes) => settled((done) => socket.write(bytes, done)),
    close() {
      closing = true;
      if (socket.closed) return Promise.resolve();
      const closed = new Promise<void>((resolve) => socket.once("close", resolve));
      socket.destroy();
      return closed;
    },
  };
}

async function openSerial(path: string, options: SerialOptions, listener: LinkListener): Promise<ByteLink> {
  // Loaded late: the package's native part is needed only where a real port is used.
  const { SerialPort } = await import("serialport");
  const port = new SerialPort({ path, ...options, autoOpen: false });
  port.on("error", () => undefined); // Every fault also ends in "close" or in a callback.
  await settled((done) => port.open(done)).catch((fault: Error) => {
    throw new LinkError("absent", plainReason(fault.message, path));
  });
  return serialLink(port, listener);
}

/** The package says `Error: No such file or directory, cannot open <path>`; who shows it names the path already. */
function plainReason(message: string, path: string): string {
  return message.replace(/^Error: /, "").replace(`, cannot open ${path}`, "");
}

function serialLink(port: SerialPort, listener: LinkListener): ByteLink {
  let closing = false;
  const unwatch = watchGone(port);
  port.on("data", (chunk: Buffer) => listener.bytes(chunk));
  port.on("close", () => {
    unwatch();
    if (!closing) listener.closed(new LinkError("closed", "the device was unplugged"));
  });
  return {
    async write(bytes) {
      await settled((done) => port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), done));
      await settled((done) => port.drain(done));
    },
    async close() {
      closing = true;
      unwatch();
      if (!port.isOpen) return;
      // Unsent bytes are thrown away: the kernel would hold the close for up to 30 s to send them.
      await withinMs(
        CLOSE_WITHIN_MS / 2,
        settled((done) => port.flush(done)),
      );
      if (port.isOpen)
        await withinMs(
          CLOSE_WITHIN_MS / 2,
          settled((done) => port.close(done)),
        );
    },
  };
}

/**
 * Closes a port whose device has gone. The package sees it by itself only while it waits for bytes: where the device
 * goes between two reads, each further read gives no bytes and no error, and it would read on for ever.
 */
function watchGone(port: SerialPort): () => void {
  const timer = setInterval(() => {
    port.get((error) => {
      if (error && GONE.test(error.message) && port.isOpen) port.close();
    });
  }, CHECK_EVERY_MS);
  return () => clearInterval(timer);
}

function settled(start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}

/** Waits for a step of closing, but not for ever, and whatever comes of it. */
function withinMs(limitMs: number, step: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    void step
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}

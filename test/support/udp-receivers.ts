/** A process of udp clients that count what they get: `udp-receivers.ts <server> <handshake port> <clients>`. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** What one client got: numbers from 0 on, each once and in order, where nothing went wrong. */
export interface Receipt {
  readonly received: number;
  readonly misplaced: number;
}

/** What all of them got, and why something is missing where it is. */
export interface Receipts {
  readonly clients: readonly Receipt[];
  /** Datagrams for which their receive buffers had no room, as the system counts them; null where it does not say. */
  readonly overflowed: number | null;
  /** For so long they did not run at a stretch. */
  readonly stalledMs: number;
}

const RUNNING_EVERY_MS = 10_000;
const BUFFER_BYTES = 4 * 1024 * 1024;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** What follows the number in `… "Data" : "17"}\n\n`. */
const TAIL_BYTES = '"}\n\n'.length;

const [server, handshakePort, clients] = process.argv.slice(2) as [string, string, string];

/** Listens as in the field, on the port of the same number, at an address of its own. */
class Receiver {
  received = 0;
  misplaced = 0;
  #next = 0;
  #ranAt = 0;

  async join(address: string): Promise<void> {
    const handshake = await bound(address, 0);
    handshake.send("HELLO   ", Number(handshakePort), server);
    const [hiya] = (await once(handshake, "message")) as [Buffer];
    const port = Number(hiya.toString().slice("HIYA,".length));
    const data = await bound(address, port);
    data.on("message", (bytes) => {
      this.#take(bytes);
      this.#answer(data, port);
    });
    handshake.send(`CONFIRM ,${port}`, Number(handshakePort), server, () => handshake.close());
  }

  #take(bytes: Buffer): void {
    this.received++;
    const number = numberIn(bytes);
    if (number !== this.#next) this.misplaced++;
    this.#next = number + 1;
  }

  #answer(data: Socket, port: number): void {
    const now = performance.now();
    if (this.#ranAt > 0 && now - this.#ranAt < RUNNING_EVERY_MS) return;
    this.#ranAt = now;
    data.send("RUNNING ", port, server);
  }
}

async function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(port, address);
  await once(socket, "listening");
  socket.setRecvBufferSize(BUFFER_BYTES);
  return socket;
}

function numberIn(bytes: Buffer): number {
  let number = 0;
  for (let at = bytes.length - TAIL_BYTES - 1, unit = 1; at >= 0; at--, unit *= 10) {
    const byte = bytes[at]!;
    if (byte < DIGIT_0 || byte > DIGIT_9) return number;
    number += (byte - DIGIT_0) * unit;
  }
  return number;
}

/** Rows of Linux: the local address in reversed bytes, last the datagrams dropped. */
function overflowed(): number | null {
  try {
    const rows = readFileSync("/proc/net/udp", "latin1").matchAll(/^\s*\d+: [0-9A-F]{2}02007F:.* (\d+)\s*$/gm);
    return [...rows].reduce((sum, [, count]) => sum + Number(count), 0);
  } catch {
    return null;
  }
}

const delay = monitorEventLoopDelay({ resolution: 10 });
const receivers = Array.from({ length: Number(clients) }, () => new Receiver());
for (const [index, receiver] of receivers.entries()) await receiver.join(`127.0.2.${index + 1}`);
delay.enable();
process.send!("joined");
process.on("message", () => {
  const clients = receivers.map(({ received, misplaced }) => ({ received, misplaced }));
  process.send!({ clients, overflowed: overflowed(), stalledMs: Math.round(delay.max / 1e6) } satisfies Receipts);
});

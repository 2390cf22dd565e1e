/** A serial port is removed and recreated, again and again, under the link that uart-port keeps open. */
import { readdirSync } from "node:fs";
import { linkOpener } from "../../nodes/shared/byte-link.ts";
import { LastingLink, type LinkState } from "../../nodes/shared/lasting-link.ts";
import { SerialLine } from "../support/serial-line.ts";
import type { FaultFigure } from "./fault.ts";

const CYCLES = 20;
const SERIAL = { baudRate: 115_200, dataBits: 8, stopBits: 1, parity: "none", rtscts: false } as const;
const PING = Buffer.from("ping");

/** Drives nodes/shared/lasting-link.ts, the whole of uart-port but its form and texts, in this process, so that its descriptors can be counted. */
export default async function run(): Promise<FaultFigure[]> {
  const line = new SerialLine();
  await line.plug();
  const link = new LastingLink({
    open: linkOpener({ kind: "serial", path: line.path }, SERIAL),
    queueBytes: 65_536,
  });
  await reached(link, "open");
  await echo(link);
  const before = descriptors();
  const most = await cycle(link, line);
  await link.close();
  await line.remove();
  const { reconnects } = link.counts;
  return [
    {
      fault: "serial port unplugged",
      figure: `${reconnects} of ${CYCLES} recoveries, ${before} descriptors before, ${most} at most after`,
      promise: `${CYCLES} of ${CYCLES}, descriptors constant`,
      kept: reconnects === CYCLES && most <= before,
    },
  ];
}

/** The most descriptors that were open after a recovery. */
async function cycle(link: LastingLink, line: SerialLine): Promise<number> {
  let most = 0;
  for (let count = 0; count < CYCLES; count++) {
    const lost = reached(link, "waiting");
    await line.unplug();
    await lost;
    const back = reached(link, "open");
    await line.plug();
    await back;
    await echo(link);
    most = Math.max(most, descriptors());
  }
  return most;
}

function reached(link: LastingLink, name: LinkState["name"]): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = link.subscribe({
      state(state) {
        if (state.name !== name) return;
        resolve();
        setImmediate(() => unsubscribe());
      },
    });
  });
}

/** Bytes go there and back. */
async function echo(link: LastingLink): Promise<void> {
  let heard = 0;
  const answered = new Promise<void>((resolve) => {
    const unsubscribe = link.subscribe({
      bytes(chunk) {
        heard += chunk.length;
        if (heard < PING.length) return;
        unsubscribe();
        resolve();
      },
    });
  });
  await link.write(PING);
  await answered;
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** The serial ports of this machine, for the editor: by-id paths first, since they survive a change of socket. */
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { simNames } from "../shared/sim-link.ts";

interface ListedPort {
  readonly device: string;
  /** What stands beside it in the list. */
  readonly label: string;
}

const BY_ID = "/dev/serial/by-id";

export async function listPorts(): Promise<ListedPort[]> {
  const [byId, plain] = await Promise.all([listById(), listPlain()]);
  const simulated = simNames().map((name) => ({ device: `sim:${name}`, label: "" }));
  return [...byId, ...plain, ...simulated];
}

async function listById(): Promise<ListedPort[]> {
  const names = await readdir(BY_ID).catch(() => []);
  return Promise.all(
    names.map(async (name) => {
      const device = join(BY_ID, name);
      return { device, label: await realpath(device).catch(() => "") };
    }),
  );
}

async function listPlain(): Promise<ListedPort[]> {
  try {
    const { SerialPort } = await import("serialport");
    const ports = await SerialPort.list();
    return ports.map(({ path, manufacturer }) => ({ device: path, label: manufacturer ?? "" }));
  } catch {
    return []; // No udev here: the path can still be typed.
  }
}

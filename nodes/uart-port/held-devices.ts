/** Who holds which device in this process, so that a second port can name the first. */
import { realpathSync } from "node:fs";
import type { DevicePath } from "../shared/device-path.ts";
import type { Holder } from "../shared/held-ports.ts";
import { LinkError } from "../shared/link-error.ts";

const holders = new Map<string, Holder>();

/** Takes the device until the returned function is called; throws where another node has it. */
export function holdDevice(device: DevicePath, holder: Holder): () => void {
  const key = keyOf(device);
  const other = holders.get(key);
  if (other && other.id !== holder.id) throw new LinkError("busy", `held by ${other.label}`);
  holders.set(key, holder);
  return () => {
    if (holders.get(key) === holder) holders.delete(key);
  };
}

/** A by-id path and the device it leads to are one. */
function keyOf(device: DevicePath): string {
  if (device.kind === "sim") return `sim:${device.name}`;
  if (device.kind === "tcp") return `tcp://${device.host}:${device.port}`;
  try {
    return realpathSync(device.path);
  } catch {
    return device.path; // Not plugged in now.
  }
}

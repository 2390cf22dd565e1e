/** Words a command that a simulated module received. */
import type { MeshEvent } from "../../lib/simulators/mesh.ts";

type CommandEvent = Extract<MeshEvent, { type: "command" }>;

/** `payload` is text such as `SEND- 5 hello`; bytes that are no text stand in hex. */
export function describeCommand({ command, payload }: CommandEvent): { payload: string; raw: Buffer } {
  if (!command) return { payload: `unknown ${payload.toString("hex")}`, raw: payload };
  const { word, address, message } = command;
  const text = message.toString();
  const readable = Buffer.from(text).equals(message) ? text.trimEnd() : message.toString("hex");
  const words = [word, ...(address === null ? [] : [String(address)]), ...(readable === "" ? [] : [readable])];
  return { payload: words.join(" "), raw: payload };
}

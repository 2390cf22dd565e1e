/** A network of its own whose peers vanish without a word: the machine behind the cable is gone, and no FIN comes. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

const NAME = `gh${process.pid % 10_000}`;
/** From the range that is kept for measurements (RFC 2544). */
const [OUR_ADDRESS, THEIR_ADDRESS] = ["198.18.71.1", "198.18.71.2"];

const PEERS = `
const [host, port, count, word] = process.argv.slice(1);
let open = 0;
for (let n = 0; n < Number(count); n++) {
  const socket = require("net").connect(Number(port), host, () => {
    if (word) socket.write(word + "\\n");
    if (++open === Number(count)) console.log("joined");
  });
  socket.on("data", () => undefined);
  socket.on("error", () => undefined);
}`;

/** Why there can be no such network here, or null. */
export function networkMissing(): string | null {
  if (process.getuid?.() !== 0) return "needs root";
  if (!existsSync("/proc/net/tcp")) return "needs Linux";
  try {
    ip("netns", "list");
    return null;
  } catch {
    return "needs ip (apt-get install iproute2)";
  }
}

export class VanishingNetwork {
  readonly address = OUR_ADDRESS;
  readonly #peers: ChildProcess[] = [];

  constructor() {
    ip("netns", "add", NAME);
    ip("link", "add", `${NAME}a`, "type", "veth", "peer", "name", `${NAME}b`, "netns", NAME);
    ip("addr", "add", `${OUR_ADDRESS}/30`, "dev", `${NAME}a`);
    ip("link", "set", `${NAME}a`, "up");
    ip("-n", NAME, "addr", "add", `${THEIR_ADDRESS}/30`, "dev", `${NAME}b`);
    ip("-n", NAME, "link", "set", `${NAME}b`, "up");
  }

  /** Peers that connect, and say the word where there is one. */
  async join(port: number, count: number, word = ""): Promise<void> {
    const words = [
      "netns",
      "exec",
      NAME,
      process.execPath,
      "-e",
      PEERS,
      OUR_ADDRESS,
      String(port),
      String(count),
      word,
    ];
    const peers = spawn("ip", words, { stdio: ["ignore", "pipe", "inherit"] });
    this.#peers.push(peers);
    await once(peers.stdout, "data");
  }

  /** From here on nothing reaches them, and nothing comes from them. */
  vanish(): void {
    const [{ address }] = JSON.parse(ip("-n", NAME, "-j", "link", "show", `${NAME}b`)) as [{ address: string }];
    // Without this our own side would notice that nobody answers for the address any more.
    ip("neigh", "replace", THEIR_ADDRESS, "lladdr", address, "dev", `${NAME}a`, "nud", "permanent");
    ip("-n", NAME, "addr", "del", `${THEIR_ADDRESS}/30`, "dev", `${NAME}b`);
  }

  remove(): void {
    for (const peers of this.#peers) peers.kill("SIGKILL");
    ip("netns", "del", NAME);
  }
}

function ip(...words: string[]): string {
  return execFileSync("ip", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

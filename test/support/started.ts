/** `npm start` as a process of its own, on free ports. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "./free-ports.ts";
import { freePort } from "./node-red.ts";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

type Environment = Readonly<Record<string, string>>;

export interface Started {
  readonly origin: string;
  readonly process: ChildProcess;
  readonly port: number;
  /** The ports among it. */
  readonly env: Environment;
  /** All that it printed. */
  text(): string;
  /** Resolves to how long it took, in ms. */
  stop(signal: NodeJS.Signals): Promise<number>;
}

/** Resolves once it has said where to look. */
export async function startGatehouse(given: Environment, ...words: string[]): Promise<Started> {
  const env = { PORT: String(await freePort()), ...(await freePorts()), ...given };
  const port = Number(env.PORT);
  const child = spawn(process.execPath, [join(ROOT, "scripts/start.ts"), ...words], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const hear = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const exited = once(child, "exit");
  while (!text.includes("Ctrl-C")) await Promise.race([once(child.stdout, "data"), exited.then(() => failed(text))]);
  return { origin: `http://127.0.0.1:${port}`, process: child, port, env, text: () => text, stop };

  async function stop(signal: NodeJS.Signals): Promise<number> {
    const from = performance.now();
    child.kill(signal);
    await exited;
    return performance.now() - from;
  }
}

function failed(text: string): never {
  throw new Error(`npm start ended:\n${text}`);
}

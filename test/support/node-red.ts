/** Starts a whole Node-RED in a process of its own, with this package built and loaded, on a free port and an empty user directory. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildIfStale } from "../../scripts/build.ts";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const STARTED = "Started flows";
const WITHIN_MS = 30_000;

export interface NodeRedOptions {
  readonly flow: readonly object[];
  readonly env?: Readonly<Record<string, string>>;
  /** Fields that go into settings.js as JSON, such as `httpNodeAuth`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Kept over a restart when given; else a new one that ends with the process. */
  readonly userDir?: string;
  readonly port?: number;
  readonly nodeFlags?: readonly string[];
  /** The package is installed in `userDir`: do not load this repository. */
  readonly installed?: boolean;
  /** Node-RED's major version; 5 where not said. */
  readonly version?: 4 | 5;
  /** For its start, and for what it prints later. */
  readonly withinMs?: number;
  /** Path of the Node that runs it; this one where not said. */
  readonly node?: string;
}

export interface NodeRed {
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  readonly userDir: string;
  readonly process: ChildProcess;
  /** All that it printed. */
  log(): string;
  /** Resolves when it has printed the text, from a length of the log on. */
  printed(text: string, from?: number): Promise<void>;
  /** Deploys another flow by the admin API. */
  deploy(flow: readonly object[], type?: "full" | "nodes" | "flows"): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export async function startNodeRed(options: NodeRedOptions): Promise<NodeRed> {
  if (!options.installed) await buildIfStale();
  const port = options.port ?? (await freePort());
  const userDir = options.userDir ?? mkdtempSync(join(tmpdir(), "gatehouse-"));
  writeFileSync(join(userDir, "flows.json"), JSON.stringify(options.flow));
  writeFileSync(join(userDir, "settings.js"), settingsText(port, options));
  const child = spawn(
    options.node ?? process.execPath,
    [...(options.nodeFlags ?? []), entry(options.version), "-u", userDir],
    {
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const runtime = wrap(child, port, { ...options, userDir }, options.userDir === undefined);
  await runtime.printed(STARTED);
  return runtime;
}

function entry(version: 4 | 5 = 5): string {
  return join(ROOT, "node_modules", version === 4 ? "node-red-4" : "node-red", "red.js");
}

function settingsText(port: number, options: NodeRedOptions): string {
  const settings = {
    uiHost: "127.0.0.1",
    uiPort: port,
    flowFile: "flows.json",
    ...(options.installed ? {} : { nodesDir: [ROOT] }),
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, palette: { catalogues: [] } },
    externalModules: { palette: { allowInstall: false } },
    ...options.settings,
  };
  return `module.exports = ${JSON.stringify(settings, null, 2)};\n`;
}

function wrap(
  child: ChildProcess,
  port: number,
  { userDir, withinMs = WITHIN_MS }: { readonly userDir: string; readonly withinMs?: number },
  temporary: boolean,
): NodeRed {
  let text = "";
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    text += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout!.on("data", hear);
  child.stderr!.on("data", hear);
  const exited = once(child, "exit");
  const origin = `http://127.0.0.1:${port}`;

  function printed(wanted: string, from = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(new Error(`"${wanted}" was not printed in time:\n${text}`)), withinMs);
      const finish = (error?: Error) => {
        clearTimeout(timer);
        listeners.delete(look);
        if (error) reject(error);
        else resolve();
      };
      const look = () => {
        if (text.includes(wanted, from)) finish();
      };
      listeners.add(look);
      void exited.then(() => finish(text.includes(wanted, from) ? undefined : new Error(`Node-RED ended:\n${text}`)));
      look();
    });
  }

  async function deploy(flow: readonly object[], type = "full"): Promise<void> {
    const response = await fetch(`${origin}/flows`, {
      method: "POST",
      headers: { "content-type": "application/json", "Node-RED-Deployment-Type": type },
      body: JSON.stringify(flow),
    });
    if (!response.ok) throw new Error(`deploy: ${response.status} ${await response.text()}`);
  }

  async function stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    if (temporary) rmSync(userDir, { recursive: true, force: true });
  }

  return { origin, port, pid: child.pid!, userDir, process: child, log: () => text, printed, deploy, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

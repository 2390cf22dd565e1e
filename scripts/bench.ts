/** `npm run bench [-- name …] [--json]`: runs each benchmark in a process of its own and prints its rows. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Row } from "../bench/support/rows.ts";
import { buildIfStale, ROOT } from "./build.ts";

const MARK = "\u0001rows:";
const words = process.argv.slice(2);

if (words[0] === "--one") await runOne(words[1]!);
else await runAll();

async function runOne(path: string): Promise<void> {
  const { default: bench } = (await import(path)) as { default: () => Promise<Row[]> };
  console.log(MARK + JSON.stringify(await bench()));
  process.exit(0);
}

async function runAll(): Promise<void> {
  const json = words.includes("--json");
  const wanted = words.filter((word) => !word.startsWith("--"));
  installPeers();
  if (await buildIfStale()) console.error("Built dist/.");
  const files = globSync("bench/*.ts", { cwd: ROOT })
    .sort()
    .filter((file) => isWanted(file, wanted));
  if (files.length === 0) throw new RangeError(`no benchmark is named ${wanted.join(", ")}`);
  let failed = false;
  for (const file of files) {
    const rows = runApart(join(ROOT, file));
    failed ||= rows === null;
    for (const row of rows ?? []) console.log(json ? JSON.stringify(row) : tableLine(row));
  }
  process.exitCode = failed ? 1 : 0;
}

function isWanted(file: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((name) => basename(file, ".ts").startsWith(name));
}

function installPeers(): void {
  const folder = join(ROOT, "bench");
  if (existsSync(join(folder, "node_modules/slip"))) return;
  console.error("Installing the peers of the benchmarks.");
  spawnSync("npm", ["install", "--no-package-lock"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** Null where the benchmark failed. */
function runApart(path: string): Row[] | null {
  const flags = ["--expose-gc", fileURLToPath(import.meta.url), "--one", path];
  const { stdout, status } = spawnSync(process.execPath, flags, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
  });
  const line = stdout.split("\n").find((one) => one.startsWith(MARK));
  if (status === 0 && line) return JSON.parse(line.slice(MARK.length)) as Row[];
  console.error(`${basename(path)} failed (exit ${status}):\n${stdout}`);
  return null;
}

function tableLine({ bench, ours, peer, theirs, ratio, goal }: Row): string {
  const reached = typeof goal === "number" ? ratio >= goal : ours <= goal.max;
  const aim = typeof goal === "number" ? `≥ ${goal}x` : `≤ ${goal.max}`;
  const columns = [bench.padEnd(30), figure(ours), peer.padEnd(34), figure(theirs), `${ratio.toFixed(2)}x`.padStart(9)];
  return `${columns.join("  ")}  goal ${aim.padEnd(9)} ${reached ? "reached" : "MISSED"}`;
}

function figure(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 }).padStart(13);
}

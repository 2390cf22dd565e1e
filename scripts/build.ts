/** Builds dist/: compiled nodes, their forms, locales and icons beside them, and the bundled browser client. */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { clientBuild, libraryBuild } from "./client.ts";
import { pageFiles, pageText } from "./pages.ts";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, "dist");
const STAMP = "package.json";
const SOURCES = [
  "lib",
  "nodes",
  "backends",
  "client",
  "locales",
  "icons",
  "scripts/build.ts",
  "scripts/client.ts",
  "scripts/pages.ts",
  "tsconfig.build.json",
  "tsconfig.library.json",
];

/** Built apart and put in place when complete, so that a failed build leaves the last one as it was. */
export async function build(): Promise<void> {
  const to = join(ROOT, `.cache/build-${process.pid}`);
  rmSync(to, { recursive: true, force: true });
  compile("tsconfig.build.json", to);
  compile("tsconfig.library.json", to);
  copyInto("nodes", join(to, "nodes"), [".html"]);
  copyInto("backends", join(to, "backends"), [".cjs"]);
  cpSync(join(ROOT, "locales"), join(to, "nodes/locales"), { recursive: true });
  cpSync(join(ROOT, "icons"), join(to, "nodes/icons"), { recursive: true });
  await bundle(clientBuild(ROOT, join(to, "client")));
  await bundle(libraryBuild(ROOT, join(to, "client/library")));
  writeFileSync(join(to, "client/library", STAMP), '{ "type": "module" }\n');
  for (const file of pageFiles(ROOT)) writeText(join(to, "client", file), pageText(ROOT, file));
  writeFileSync(join(to, STAMP), '{ "type": "commonjs" }\n');
  putInPlace(to);
}

/** Another start may put its own there in the same moment: either is complete. */
function putInPlace(built: string): void {
  const last = `${built}-last`;
  for (;;) {
    if (existsSync(DIST)) rename(DIST, last, "ENOENT");
    const isDone = rename(built, DIST, "ENOTEMPTY");
    rmSync(last, { recursive: true, force: true });
    if (isDone) return;
  }
}

/** False where it fails with a code that another process may cause. */
function rename(from: string, to: string, expected: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== expected) throw error;
    return false;
  }
}

/** Builds only where a source is newer than the last complete build. */
export async function buildIfStale(): Promise<boolean> {
  const stamp = join(DIST, STAMP);
  const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const stale = SOURCES.some((source) => newestIn(join(ROOT, source)) > builtAt);
  if (stale) await build();
  return stale;
}

function compile(project: string, to: string): void {
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const words = ["-p", join(ROOT, project), "--outDir", to];
  execFileSync(process.execPath, [compiler, ...words], { stdio: "inherit", cwd: ROOT });
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function copyInto(folder: string, to: string, endings: readonly string[]): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(join(ROOT, folder))) {
    if (endings.some((ending) => name.endsWith(ending))) copyFileSync(join(ROOT, folder, name), join(to, name));
  }
}

function newestIn(path: string): number {
  if (!existsSync(path)) return 0;
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();

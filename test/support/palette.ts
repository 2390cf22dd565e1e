/** Packs this package and installs the tarball into an empty user directory, as the palette does. */
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Installed {
  readonly userDir: string;
  /** Paths of the installed package's files. */
  readonly files: readonly string[];
  pathOf(file: string): string;
  remove(): void;
}

export function installPacked(): Installed {
  const userDir = mkdtempSync(join(tmpdir(), "gatehouse-palette-"));
  npm(ROOT, "pack", "--ignore-scripts", "--pack-destination", userDir);
  const tarball = readdirSync(userDir).find((name) => name.endsWith(".tgz"))!;
  writeFileSync(join(userDir, "package.json"), '{ "name": "user", "private": true }\n');
  npm(userDir, "install", "--omit=dev", join(userDir, tarball));
  const folder = join(userDir, "node_modules/@gatehouse/node-red");
  return {
    userDir,
    files: globSync("**/*", { cwd: folder }),
    pathOf: (file) => join(folder, file),
    remove: () => rmSync(userDir, { recursive: true, force: true }),
  };
}

function npm(folder: string, ...words: string[]): void {
  execFileSync("npm", [...words, "--loglevel=error"], { cwd: folder, stdio: "ignore" });
}

/** A pseudo-terminal pair by socat: what is written at one end is read at the other, as on a serial line. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, type FSWatcher, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface PtyPair {
  /** For Gatehouse. */
  readonly gateway: string;
  /** For the test, in the place of the module. */
  readonly module: string;
  /** Takes both ends away, as an unplugged adapter. */
  unplug(): Promise<void>;
  /** Puts them back under the same names. */
  plug(): Promise<void>;
  end(): Promise<void>;
}

export async function openPty(): Promise<PtyPair> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-pty-"));
  const gateway = join(folder, "gateway");
  const module = join(folder, "module");
  let socat: ChildProcess | undefined;

  async function plug(): Promise<void> {
    const appeared = allExist(folder, [gateway, module]);
    socat = spawn("socat", [`pty,raw,echo=0,link=${gateway}`, `pty,raw,echo=0,link=${module}`], { stdio: "ignore" });
    await appeared;
  }

  async function unplug(): Promise<void> {
    if (!socat || socat.exitCode !== null) return;
    socat.kill("SIGTERM");
    await once(socat, "exit");
  }

  async function end(): Promise<void> {
    await unplug();
    rmSync(folder, { recursive: true, force: true });
  }

  await plug();
  return { gateway, module, unplug, plug, end };
}

function allExist(folder: string, paths: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const watcher: FSWatcher = watch(folder, () => {
      if (!paths.every((path) => existsSync(path))) return;
      watcher.close();
      resolve();
    });
  });
}

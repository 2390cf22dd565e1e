/** A pseudo-terminal that sends back what it gets, made and removed by socat like a device that is plugged and unplugged. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export class SerialLine {
  /** Where the device appears. */
  readonly path = join(mkdtempSync(join(tmpdir(), "gatehouse-serial-")), "device");
  #socat: ChildProcess | null = null;

  async plug(): Promise<void> {
    const appeared = this.#appears();
    this.#socat = spawn("socat", [`pty,raw,echo=0,link=${this.path}`, "pipe"], { stdio: "ignore" });
    await appeared;
  }

  async unplug(): Promise<void> {
    const socat = this.#socat;
    this.#socat = null;
    if (!socat || socat.exitCode !== null) return;
    socat.kill();
    await once(socat, "exit");
    rmSync(this.path, { force: true });
  }

  async remove(): Promise<void> {
    await this.unplug();
    rmSync(dirname(this.path), { recursive: true, force: true });
  }

  #appears(): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(dirname(this.path), look);
      const path = this.path;
      function look(): void {
        if (!existsSync(path)) return;
        watcher.close();
        resolve();
      }
      look();
    });
  }
}

/** A pseudo-terminal by socat that appears and goes like a device that is plugged and unplugged. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class SerialLine {
  readonly #folder = mkdtempSync(join(tmpdir(), "gatehouse-serial-"));
  /** Where the device appears. */
  readonly path = join(this.#folder, "device");
  /** Where its other end appears, unless it echoes. */
  readonly farEnd = join(this.#folder, "far-end");
  readonly #echoes: boolean;
  #socat: ChildProcess | null = null;

  /** `echo` sends back what it gets; of a `pair` the test holds the other end. */
  constructor(kind: "echo" | "pair" = "echo") {
    this.#echoes = kind === "echo";
  }

  async plug(): Promise<void> {
    const appeared = this.#appears();
    const far = this.#echoes ? "pipe" : `pty,raw,echo=0,link=${this.farEnd}`;
    this.#socat = spawn("socat", [`pty,raw,echo=0,link=${this.path}`, far], { stdio: "ignore" });
    await appeared;
  }

  async unplug(): Promise<void> {
    const socat = this.#socat;
    this.#socat = null;
    if (!socat || socat.exitCode !== null) return;
    socat.kill();
    await once(socat, "exit");
    for (const path of this.#paths()) rmSync(path, { force: true });
  }

  async remove(): Promise<void> {
    await this.unplug();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #paths(): string[] {
    return this.#echoes ? [this.path] : [this.path, this.farEnd];
  }

  #appears(): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(this.#folder, () => {
        if (!this.#paths().every((path) => existsSync(path))) return;
        watcher.close();
        resolve();
      });
    });
  }
}

/** The device clients that are tried out, each of which says what happens to it in a line of text. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connectDevice } from "../../client/library/node.ts";
import { programMissing } from "./needs.ts";

type Json = Record<string, unknown>;

/** Longest waits for an answer, and between two attempts to connect. */
export interface Pace {
  readonly patienceMs: number;
  readonly mostWaitMs: number;
}

/** So that a silent line is given up in the time of a test. */
const QUICK: Pace = { patienceMs: 400, mostWaitMs: 100 };
/** More than is written while lines break. */
const CAPACITY = 2000;

export interface DeviceTrial {
  readonly capacity: number;
  write(message: Json): void;
  /** The next line that fits: `connected <id>`, `disconnected`, `failed`, `message <json>`, `refused <why>`. */
  heard(fits: (line: string) => boolean): Promise<string>;
  stop(): Promise<void>;
}

export interface Trial {
  readonly name: string;
  readonly port: "GATEHOUSE_DEVICE_PORT" | "GATEHOUSE_HUB_PORT";
  readonly missing: () => string | null;
  start(port: number, id: string, pace?: Pace): Promise<DeviceTrial>;
}

/** Lines that were said and not yet taken. */
class Heard {
  readonly #lines: string[] = [];
  #wake = () => {};

  hear(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }

  async until(fits: (line: string) => boolean): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined && fits(line)) return line;
      if (line !== undefined) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

async function startTypeScript(address: string, id: string, pace: Pace = QUICK): Promise<DeviceTrial> {
  const heard = new Heard();
  const device = connectDevice(address, {
    id,
    capacity: CAPACITY,
    ...pace,
    onConnected: (name) => heard.hear(`connected ${name}`),
    onDisconnected: (reason) => heard.hear(`disconnected ${reason}`),
    onFailed: (reason) => heard.hear(`failed ${reason}`),
    onMessage: (message) => heard.hear(`message ${JSON.stringify(message)}`),
    onRefused: (reason) => heard.hear(`refused ${reason}`),
  });
  return {
    capacity: CAPACITY,
    write: (message) => void device.write(message),
    heard: (fits) => heard.until(fits),
    stop: async () => device.close(),
  };
}

/** A program that writes each line of its input as a message, and prints what happens. */
function startProgram(command: string, words: readonly string[]): DeviceTrial {
  const heard = new Heard();
  const env = { ...process.env, PYTHONPATH: join(process.cwd(), "programs"), PYTHONDONTWRITEBYTECODE: "1" };
  const child: ChildProcess = spawn(command, words, { env, stdio: ["pipe", "pipe", "inherit"] });
  createInterface({ input: child.stdout! }).on("line", (line) => heard.hear(line));
  return {
    capacity: CAPACITY,
    write: (message) => void child.stdin!.write(`${JSON.stringify(message)}\n`),
    heard: (fits) => heard.until(fits),
    stop: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

const wordsOf = (port: number, id: string, { patienceMs, mostWaitMs }: Pace = QUICK) =>
  [port, id, patienceMs, mostWaitMs, CAPACITY].map(String);

let program: string | undefined;

/** The trial in C, with the capacity of the others. */
function compiled(): string {
  if (program !== undefined) return program;
  program = join(mkdtempSync(join(tmpdir(), "gatehouse-device-")), "trial");
  const sources = ["programs/gatehouse_device/gatehouse_device.c", "test/programs/device-trial.c"];
  const bounds = [`-DGH_CAPACITY=${CAPACITY}`, "-DGH_MESSAGE=512"];
  const checks = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsanitize=address,undefined", "-std=c99"];
  execFileSync("gcc", [...checks, ...bounds, "-Iprograms/gatehouse_device", "-o", program, ...sources]);
  return program;
}

export const TRIALS: readonly Trial[] = [
  {
    name: "TypeScript over TCP",
    port: "GATEHOUSE_DEVICE_PORT",
    missing: () => null,
    start: (port, id, pace) => startTypeScript(`tcp://127.0.0.1:${port}`, id, pace),
  },
  {
    name: "TypeScript over WebSocket",
    port: "GATEHOUSE_HUB_PORT",
    missing: () => null,
    start: (port, id, pace) => startTypeScript(`ws://127.0.0.1:${port}/`, id, pace),
  },
  {
    name: "Python",
    port: "GATEHOUSE_DEVICE_PORT",
    missing: () => programMissing("python3"),
    start: async (port, id, pace) =>
      startProgram("python3", ["test/programs/device_trial.py", ...wordsOf(port, id, pace)]),
  },
  {
    name: "C",
    port: "GATEHOUSE_DEVICE_PORT",
    missing: () => programMissing("gcc"),
    start: async (port, id, pace) => startProgram(compiled(), wordsOf(port, id, pace)),
  },
];

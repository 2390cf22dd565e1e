/** The promise of commands: a gateway killed without warning loses none that was acknowledged, and repeats none unmarked. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openFile } from "../../backends/file.ts";
import type { FaultFigure } from "./fault.ts";

const GATEWAY = join(import.meta.dirname, "commands/gateway.ts");
const KILLS = 10;
const LIVE_MS = 1000;
/** The last life only answers what the others left, and is over when it has had nothing to say for so long. */
const SILENCE_MS = 5000;

type Words = Map<string, string[]>;

export default async function run(): Promise<FaultFigure[]> {
  const directory = mkdtempSync(join(tmpdir(), "gatehouse-fault-"));
  try {
    const said: Words = new Map();
    for (let life = 0; life < KILLS; life++) await live(said, directory, life, true);
    await live(said, directory, KILLS, false);
    return figures([...said.values()]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function live(said: Words, directory: string, life: number, sends: boolean): Promise<void> {
  const words = [GATEWAY, directory, String(life), sends ? "1" : "0"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let timer: NodeJS.Timeout | undefined;
  for await (const line of createInterface(child.stdout)) {
    if (!sends) clearTimeout(timer);
    if (!timer || !sends) timer = setTimeout(() => child.kill("SIGKILL"), sends ? LIVE_MS : SILENCE_MS);
    const [word, id] = line.split(" ") as [string, string];
    said.set(id, [...(said.get(id) ?? []), word]);
  }
  clearTimeout(timer);
  await exited;
  for (const id of await settledIn(directory)) if (!said.get(id)?.includes("settled")) said.get(id)?.push("settled");
  if (child.signalCode !== "SIGKILL") throw new Error(`a gateway ended by itself with ${child.exitCode}`);
}

/** Those that the kill kept from saying so, though their outcome was on disk; looked for at once, since outcomes are not kept for ever. */
async function settledIn(directory: string): Promise<string[]> {
  const store = await openFile({ directory, retention: { maxCount: 100_000, maxAgeMs: 0, maxSeries: 1000 } });
  const outcomes = await store.keys("outcome.");
  await store.close();
  return outcomes.map(({ key }) => key.slice(key.lastIndexOf(".") + 1));
}

/** What was said of each command, in order. */
function figures(commands: readonly (readonly string[])[]): FaultFigure[] {
  const count = (test: (words: readonly string[]) => boolean) => commands.filter(test).length;
  const sent = count((words) => words.includes("sent"));
  const lost = count((words) => words.includes("sent") && !words.some((word) => ENDS.has(word)));
  const again = count((words) => words.includes("again"));
  const unmarked = count((words) => words.filter((word) => word === "out").length > 1);
  const settled = count((words) => words.includes("settled") && words.lastIndexOf("again") > words.indexOf("settled"));
  const late = count((words) => words.includes("late"));
  return [
    {
      fault: "commands, kill -9 under load",
      figure: `${KILLS} kills, ${sent} sent, ${lost} lost, ${again} redelivered, ${unmarked} of them unmarked, ${settled} after their outcome`,
      promise: "0 lost, 0 unmarked, 0 after their outcome",
      kept: sent > 0 && lost === 0 && again > 0 && unmarked === 0 && settled === 0,
    },
    {
      fault: "commands past their deadline",
      figure: `${count((words) => words.includes("expired"))} expired, ${late} handed out`,
      promise: "0 handed out",
      kept: late === 0,
    },
  ];
}

const ENDS: ReadonlySet<string> = new Set(["settled", "expired"]);

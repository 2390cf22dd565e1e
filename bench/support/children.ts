/** Processes of a benchmark beside its own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** One that fails ends the benchmark, which would wait for it for ever. */
export function startChild(path: string, words: readonly string[]): ChildProcess {
  const child = fork(path, words, { execArgv: [] });
  child.once("exit", (code, signal) => {
    if (code !== 0) throw new Error(`${path} ended with ${code ?? signal}`);
  });
  return child;
}

/** They end by themselves when nobody listens to them any more. */
export async function endChildren(children: readonly ChildProcess[]): Promise<void> {
  for (const child of children) {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  }
}

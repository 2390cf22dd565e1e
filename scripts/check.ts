/** `npm run check`: format, lint, types, stale examples, and the flow library's scorecard. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build, ROOT } from "./build.ts";
import { staleExamples } from "./examples.ts";
import { scorecard } from "./scorecard.ts";

const faults: string[] = [];

runTool("format and lint", "@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".");
runTool("types", "typescript/bin/tsc", "-p", ".");
runTool("types of the browser client", "typescript/bin/tsc", "-p", "client");
report(
  "examples are cut from the flows",
  staleExamples().map((file) => `${file} is stale: npm run examples`),
);
await build();
report("scorecard of the flow library", scorecard());

console.log(faults.length === 0 ? "All checks passed." : `Failed: ${faults.join(", ")}`);
process.exitCode = faults.length === 0 ? 0 : 1;

function runTool(what: string, entry: string, ...words: string[]): void {
  const { status } = spawnSync(process.execPath, [join(ROOT, "node_modules", entry), ...words], {
    cwd: ROOT,
    stdio: "inherit",
  });
  report(what, status === 0 ? [] : [`exit ${status}`]);
}

function report(what: string, problems: readonly string[]): void {
  console.log(`${problems.length === 0 ? "ok" : "FAILED"}  ${what}`);
  for (const problem of problems) console.log(`    ${problem}`);
  if (problems.length > 0) faults.push(what);
}

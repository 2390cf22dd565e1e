/** `npm run faults [-- name …] [--json]`: runs the fault promises and prints the figure of each. */
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import type { FaultFigure } from "../test/faults/fault.ts";
import { build, ROOT } from "./build.ts";
import { installSystemPackages } from "./system-packages.ts";

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith("--"));
const files = globSync("test/faults/*.ts", { cwd: ROOT })
  .sort()
  .filter((file) => basename(file) !== "fault.ts")
  .filter((file) => wanted.length === 0 || wanted.includes(basename(file, ".ts")));
if (files.length === 0) throw new RangeError(`no fault run is named ${wanted.join(", ")}`);

const missing = installSystemPackages();
if (missing.length > 0) console.error(`Missing, so some runs fail: ${missing.join(", ")}`);
await build();
let broken = 0;
for (const file of files) {
  const { default: run } = (await import(join(ROOT, file))) as { default: () => Promise<FaultFigure[]> };
  for (const figure of await run()) {
    if (!figure.kept) broken++;
    console.log(words.includes("--json") ? JSON.stringify(figure) : line(figure));
  }
}
process.exit(broken > 0 ? 1 : 0);

function line({ fault, figure, promise, kept }: FaultFigure): string {
  return `${fault.padEnd(34)}${figure}  (promised: ${promise})  ${kept ? "kept" : "BROKEN"}`;
}

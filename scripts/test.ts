/** `npm test`: installs what the tests need, builds, runs mocha, and closes with one plain line of counts. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { build, ROOT } from "./build.ts";
import { installSystemPackages } from "./system-packages.ts";

const missing = installSystemPackages();
if (missing.length > 0) console.log(`Tests that need these are skipped, each with its reason: ${missing.join(", ")}`);
await build();

const options = JSON.parse(readFileSync(join(ROOT, ".mocharc.json"), "utf8")) as Mocha.MochaOptions;
const mocha = new Mocha({ ...options, color: process.stdout.isTTY === true });
for (const file of globSync("test/**/*.test.ts", { cwd: ROOT }).sort()) mocha.addFile(join(ROOT, file));
await mocha.loadFilesAsync();

const { passes, failures, pending } = await run(mocha);
const skippedInCi = process.env.CI !== undefined && pending > 0;
if (skippedInCi) console.log("In CI nothing may be skipped.");
console.log(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`);
process.exit(failures > 0 || skippedInCi ? 1 : 0);

function run(tests: Mocha): Promise<Mocha.Stats> {
  return new Promise((resolve, reject) => {
    const runner = tests.run(() => (runner.stats ? resolve(runner.stats) : reject(new Error("no counts"))));
  });
}

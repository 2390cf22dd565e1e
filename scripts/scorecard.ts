/** Runs the flow library's scorecard on the built package; its catalogue request is answered with an empty one. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./build.ts";

/** Kept out of devDependencies: it brings several hundred old packages. */
const TOOL = "node-red-dev@0.1.6";
const FOLDER = join(ROOT, ".cache/scorecard");
const RESULT = join(FOLDER, "scorecard.json");

/** The catalogue cannot be fetched without the internet; the prefix `gh-` is what keeps type ids unique. */
const OFFLINE = `
const axios = require("axios");
const get = axios.get;
axios.get = (url, ...rest) =>
  url.includes("catalogue.nodered.org") ? Promise.resolve({ data: { modules: [] } }) : get(url, ...rest);
`;

type Result = Readonly<Record<string, { readonly test?: boolean }>>;

/** The codes of the rules that failed, or why it did not run. */
export function scorecard(): string[] {
  install();
  rmSync(RESULT, { force: true });
  const entry = join(FOLDER, "node_modules/node-red-dev/bin/run");
  const words = ["--require", join(FOLDER, "offline.cjs"), entry, "validate", "--path", ROOT, "--output", RESULT];
  const run = spawnSync(process.execPath, words, { cwd: FOLDER, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (!existsSync(RESULT)) return [`did not run: ${run.stdout}${run.stderr}`];
  console.log(run.stdout.trim());
  const result = JSON.parse(readFileSync(RESULT, "utf8")) as Result;
  return Object.entries(result)
    .filter(([, rule]) => rule.test === false)
    .map(([code, rule]) => `${code} ${JSON.stringify(rule)}`);
}

function install(): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "offline.cjs"), OFFLINE);
  if (existsSync(join(FOLDER, "node_modules/node-red-dev"))) return;
  writeFileSync(join(FOLDER, "package.json"), "{}\n");
  spawnSync("npm", ["install", "--no-package-lock", "--loglevel=error", TOOL], { cwd: FOLDER, stdio: "inherit" });
}

/** `npm start`: builds, seeds the flows, runs Node-RED in this process, and says where to look. */
import type { EventEmitter } from "node:events";
import { existsSync, globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { keptToken, mintAdminToken } from "./admin-token.ts";
import { buildIfStale, ROOT } from "./build.ts";
import { applyDefaults, DEFAULTS } from "./defaults.ts";
import { HUB, placesOf, reachable } from "./places.ts";
import { FLOW_FILE, type Seeded, seed } from "./seed.ts";

/** Longest wait for flows that have started to answer before the list of addresses is printed all the same. */
const READY_WITHIN_MS = 10_000;
/** Longest wait for the flows to start: a small machine takes its time. */
const START_WITHIN_MS = 60_000;
const POLL_MS = 100;

const MAX_PORT = 65_535;
/** A hub that wants a token answers, and so is ready. */
const TOKEN_WANTED = [401, 403];

const fresh = process.argv.includes("--fresh");
applyDefaults(process.env, ROOT);
checkSettings();
const origin = `http://${reachable(process.env.HOST!)}:${process.env.PORT}`;
const userDir = process.env.GATEHOUSE_USER_DIR!;
const tokenPath = join(process.env.GATEHOUSE_DATA!, "admin-token");

const names = process.env.GATEHOUSE_FLOWS!.split(",").map((name) => name.trim());
if (await buildIfStale()) console.log("Built dist/.");
tellSeeded(seed(join(ROOT, "flows"), userDir, names, fresh));
const flows = readFileSync(join(userDir, FLOW_FILE), "utf8");
let haveFlowsStarted = false;
let waitUntil = performance.now() + START_WITHIN_MS;
runNodeRed();
const fault = await ready();
tellPlaces();
if (fault !== null) console.log(`  Not ready: ${fault}`);

/** What nobody could start with ends here, with a line that names it. */
function checkSettings(): void {
  const port = Number(process.env.PORT);
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT)
    fail(`PORT must be 1..${MAX_PORT}, got ${process.env.PORT}`);
  const shipped = globSync("*.json", { cwd: join(ROOT, "flows") }).map((file) => file.slice(0, -".json".length));
  const given = process.env.GATEHOUSE_FLOWS!;
  if (given.split(",").some((name) => shipped.includes(name.trim()))) return;
  fail(`GATEHOUSE_FLOWS must name some of ${shipped.join(", ")}, got ${given}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Node-RED's own entry, in this process: a signal to `npm start` is a signal to Node-RED. */
function runNodeRed(): void {
  const entry = join(ROOT, "node_modules/node-red/red.js");
  const { events } = createRequire(entry)("@node-red/util") as { events: EventEmitter };
  events.once("flows:started", () => {
    haveFlowsStarted = true;
    waitUntil = performance.now() + READY_WITHIN_MS;
  });
  process.argv = [process.argv[0]!, entry, "--settings", join(ROOT, "settings.cjs"), "--userDir", userDir];
  createRequire(import.meta.url)(entry);
}

/** Null, or why not. Where no flow serves pages the editor tells, as soon as it answers. */
async function ready(): Promise<string | null> {
  const path = serves("relay") && flows.includes(HUB) ? "/gatehouse/health" : "/";
  let fault = "no answer yet";
  let isMinted = false;
  while (performance.now() < waitUntil) {
    isMinted ||= haveFlowsStarted && (await mintAdminToken(origin, tokenPath));
    const token = keptToken(tokenPath);
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${origin}${path}`, { headers }).catch(() => null);
    if (isMinted && response && (response.ok || TOKEN_WANTED.includes(response.status))) return null;
    if (response?.status === 503) fault = ((await response.json()) as { message: string }).message;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return fault;
}

function tellPlaces(): void {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  console.log(`\nGatehouse ${version} is running. Open:`);
  const places = placesOf({ flows, serves, origin, env: process.env }).map(([what, where]) => [what, where] as const);
  if (keptToken(tokenPath) !== null) places.push(["Admin token", `in ${tokenPath}, which only you can read`]);
  places.push(["Data", `${process.env.GATEHOUSE_DATA} (${process.env.GATEHOUSE_BACKEND})`], ["Stop", "Ctrl-C"]);
  for (const [what, where] of places) console.log(`  ${what.padEnd(18)}${where}`);
}

function serves(name: string): boolean {
  return names.includes(name) && existsSync(join(ROOT, "flows", `${name}.json`));
}

function tellSeeded({ state, missing }: Seeded): void {
  const place = relative(process.cwd(), userDir) || userDir;
  if (state === "seeded") console.log(`Put the shipped flows into ${place}.`);
  if (state === "kept")
    console.log(`Kept your own flows in ${place}; npm start -- --fresh starts again from the shipped ones.`);
  if (missing.length > 0 && process.env.GATEHOUSE_FLOWS !== DEFAULTS.GATEHOUSE_FLOWS) {
    console.log(`Not shipped in this version: flows/${missing.join(".json, flows/")}.json.`);
  }
}

/** Tokens under attack: guesses on every way in, a revocation while its holder is connected, and where the text of a token can be found. */
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openComms } from "../support/editor-comms.ts";
import { openEventStream } from "../support/event-stream.ts";
import { freePort, type NodeRed, startNodeRed } from "../support/node-red.ts";
import { endedAfter, type Ports, waysIn, waysInFlow } from "../support/ways-in.ts";
import type { FaultFigure } from "./fault.ts";

const MINUTE_MS = 60_000;
const PAUSE_MS = 20;
/** The registry knows its tokens, and wants one. */
const UNAUTHORIZED = 401;
const MOST_GUESSES = 20;
const REVOKED_WITHIN_MS = 1000;
const SCOPES = ["publish:robot/benbot/#", "read:#"];

interface Minted {
  readonly token: string;
  readonly id: string;
}

export default async function run(): Promise<FaultFigure[]> {
  const userDir = mkdtempSync(join(tmpdir(), "gatehouse-tokens-"));
  const ports = { message: await freePort(), session: await freePort(), socket: await freePort() };
  const flow = waysInFlow(ports, join(userDir, "data"));
  let red = await start(flow, userDir, ports);
  try {
    const figures = [await bruteForce(red, ports)];
    const { revoked, figure } = await revocation(red, ports);
    figures.push(figure);
    await red.stop("SIGKILL");
    red = await start(flow, userDir, ports);
    figures.push(await afterRestart(red, ports, revoked), await canary(red, ports));
    return figures;
  } finally {
    await red.stop();
    rmSync(userDir, { recursive: true, force: true });
  }
}

async function start(flow: readonly object[], userDir: string, ports: Ports): Promise<NodeRed> {
  const red = await startNodeRed({ flow, userDir });
  await Promise.all(Object.values(ports).map((port) => red.printed(`open: 127.0.0.1:${port}`)));
  while ((await fetch(`${red.origin}/gatehouse/health`)).status !== UNAUTHORIZED) await setTimeout(PAUSE_MS);
  return red;
}

async function desk(red: NodeRed, action: string, body: object): Promise<Minted> {
  const response = await fetch(`${red.origin}/gatehouse/token-registry/tokens/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Minted;
}

/** Guesses on all ways for a minute: each from an address of its own, and at the same time all of them from one. */
async function bruteForce(red: NodeRed, ports: Ports): Promise<FaultFigure> {
  await desk(red, "accounts", { name: "anna", scopes: ["read:#"], password: "correct horse battery" });
  const apart = await waysIn(red, ports, (n) => `127.0.1.${n + 1}`);
  const together = await waysIn(red, ports, () => "127.0.2.1");
  const [counts, shared] = await Promise.all([
    Promise.all(apart.map(({ guess }) => guessFor(MINUTE_MS, guess))),
    Promise.all(together.map(({ guess }) => guessFor(MINUTE_MS, guess))),
  ]);
  for (const way of [...apart, ...together]) way.close();
  const total = shared.reduce((sum, count) => sum + count, 0);
  const each = apart.map(({ name }, n) => `${name} ${counts[n]}`).join(", ");
  const spread = Math.max(...counts) - Math.min(...counts);
  return {
    fault: "tokens guessed for a minute",
    figure: `looked at: ${each}; all ways from one address ${total}`,
    promise: `the same number (±1) on every way and together, ${MOST_GUESSES} at most`,
    kept: spread <= 1 && Math.abs(total - Math.max(...counts)) <= 2 && Math.max(total, ...counts) <= MOST_GUESSES,
  };
}

/** How many guesses were looked at. */
async function guessFor(ms: number, guess: (token: string) => Promise<string>): Promise<number> {
  const until = performance.now() + ms;
  let looked = 0;
  for (let n = 0; performance.now() < until; n++) {
    const answer = await guess(`guess-${n}`);
    if (answer === "let in") throw new Error("a guess was let in");
    if (answer === "refused") looked++;
    await setTimeout(PAUSE_MS);
  }
  return looked;
}

async function revocation(red: NodeRed, ports: Ports): Promise<{ revoked: string; figure: FaultFigure }> {
  await desk(red, "accounts", { name: "benbot", scopes: SCOPES });
  const { token, id } = await desk(red, "mint", { name: "benbot" });
  const ways = (await waysIn(red, ports, () => "127.0.0.1")).slice(-3);
  for (const way of ways) if ((await way.guess(token)) !== "let in") throw new Error(`${way.name}: not let in`);
  const stream = await openEventStream(`${red.origin}/gatehouse/events?topic=%23`, {
    authorization: `Bearer ${token}`,
  });
  const from = performance.now();
  const ends = [
    ...ways.map((way) => endedAfter(way, from)),
    stream.next().then(
      () => 0,
      () => performance.now() - from,
    ),
  ];
  const [, ...delays] = await Promise.all([desk(red, "revoke", { token: id }), ...ends]);
  const slowest = Math.max(...(delays as number[]));
  return {
    revoked: token,
    figure: {
      fault: "token revoked while connected",
      figure: `${delays.length} connections (2 TCP, WebSocket, event stream) ended within ${slowest.toFixed(0)} ms`,
      promise: `all within ${REVOKED_WITHIN_MS} ms`,
      kept: slowest <= REVOKED_WITHIN_MS,
    },
  };
}

async function afterRestart(red: NodeRed, ports: Ports, token: string): Promise<FaultFigure> {
  const ways = (await waysIn(red, ports, () => "127.0.0.1")).filter(
    ({ name }) => name !== "sign-in" && name !== "ticket",
  );
  const answers = await Promise.all(ways.map(({ guess }) => guess(token)));
  for (const way of ways) way.close();
  const refused = answers.filter((answer) => answer === "refused").length;
  return {
    fault: "revoked, then kill -9 and start",
    figure: `refused on ${refused} of ${ways.length} ways in`,
    promise: "on all",
    kept: refused === ways.length,
  };
}

/** Uses a token in every way, wrongly too, and then looks for its text wherever it could have gone. */
async function canary(red: NodeRed, ports: Ports): Promise<FaultFigure> {
  const comms = await openComms(red.origin);
  await desk(red, "accounts", { name: "jason", scopes: [...SCOPES, "publish:robot/jason/#"] });
  const { token } = await desk(red, "mint", { name: "jason" });
  const ways = await waysIn(red, ports, () => "127.0.0.1");
  for (const { guess } of ways) await guess(token);
  for (const { guess } of ways.slice(-3)) await guess(`${token}x`).catch(() => "refused");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  await fetch(`${red.origin}/gatehouse/commands`, { method: "POST", headers, body: `{"device":"${token}"` });
  for (const way of ways) way.close();
  const places = await searched(red, headers, comms.all().join("\n"));
  comms.close();
  const found = Object.entries(places).filter(([, text]) => text.includes(token));
  const total = Object.values(places).reduce((sum, text) => sum + text.length, 0);
  return {
    fault: "text of a token after use",
    figure: `found ${found.length} times in ${Object.keys(places).length} places (${total} characters)${found.map(([name]) => ` ${name}`)}`,
    promise: "0 times in flows, exports, context, logs, status, debug, metrics and files",
    kept: found.length === 0,
  };
}

async function searched(red: NodeRed, headers: Record<string, string>, told: string): Promise<Record<string, string>> {
  const places: Record<string, string> = { log: red.log(), "debug and status": told };
  for (const path of ["/flows", "/context/global", "/gatehouse/metrics", "/gatehouse/devices", "/gatehouse/browsers"]) {
    places[path] = await (await fetch(red.origin + path, { headers })).text();
  }
  places.registry = await (await fetch(`${red.origin}/gatehouse/token-registry/tokens`)).text();
  for (const file of globSync("**/*", { cwd: red.userDir, exclude: ["node_modules"] })) {
    const path = join(red.userDir, file);
    if (statSync(path).isFile()) places[file] = readFileSync(path, "latin1");
  }
  return places;
}

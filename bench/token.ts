/** How fast a token is checked, against the verification of a signed one (JWT, HS256). Checks per CPU-second. */
import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { Gate } from "../lib/auth/gate.ts";
import { Limiter } from "../lib/auth/limiter.ts";
import { mintToken, TOKEN_BYTES } from "../lib/auth/token.ts";
import { TokenTable } from "../lib/auth/token-table.ts";
import { interleave, type Row, row } from "./support/rows.ts";

const TOKENS = 1000;
const ROUND_MS = 400;
const ROUNDS = 7;
const ADDRESS = "192.0.2.1";
const EXPIRES = 4_102_444_800;

export default async function bench(): Promise<Row[]> {
  const { gate, texts } = registryOf(TOKENS);
  const key = randomBytes(32);
  const signed = await Promise.all(texts.map((_, n) => sign(`robot-${n}`, key)));
  const { ours, theirs } = await interleave(
    {
      ours: () => rate(() => texts.reduce((right, text) => right + check(gate, text), 0)),
      theirs: () => rate(() => verifyAll(signed, key)),
    },
    ROUNDS,
  );
  return [row("token-check", ours, "jose HS256", theirs, 20)];
}

function registryOf(count: number): { gate: Gate; texts: string[] } {
  const table = new TokenTable();
  const texts: string[] = [];
  for (let n = 0; n < count; n++) {
    const account = `robot/robot-${n}`;
    const { id, text, digest } = mintToken(randomBytes(TOKEN_BYTES));
    table.setAccount({ name: account, label: "", scopes: [`publish:${account}/#`], created: 0 });
    const kept = { digest, created: 0, expires: EXPIRES * 1000 };
    table.setToken({ id, account, ...kept, origin: "minted" });
    texts.push(text);
  }
  return { gate: new Gate(table, new Limiter()), texts };
}

function check(gate: Gate, text: string): number {
  return "holder" in gate.check(text, ADDRESS, { time: Date.now(), clock: performance.now() }) ? 1 : 0;
}

function sign(subject: string, key: Uint8Array): Promise<string> {
  const claims = new SignJWT({ scope: `publish:robot/${subject}/#` }).setProtectedHeader({ alg: "HS256" });
  return claims.setSubject(subject).setExpirationTime(EXPIRES).sign(key);
}

async function verifyAll(tokens: readonly string[], key: Uint8Array): Promise<number> {
  let right = 0;
  for (const token of tokens) if ((await jwtVerify(token, key)).payload.sub) right++;
  return right;
}

/** Work per second of this process's CPU, its threads included. */
async function rate(work: () => number | Promise<number>): Promise<number> {
  const from = performance.now();
  const cpu = process.cpuUsage();
  let done = 0;
  while (performance.now() - from < ROUND_MS) {
    const right = await work();
    if (right !== TOKENS) throw new Error(`${right} of ${TOKENS} tokens were right`);
    done += right;
  }
  const { user, system } = process.cpuUsage(cpu);
  return (done * 1e6) / (user + system);
}

/** A million texts where a token stands, and as many messages with one: mutated from right ones, and none is let in. */

import { Gate } from "../../lib/auth/gate.ts";
import { Limiter } from "../../lib/auth/limiter.ts";
import { mintToken, TOKEN_BYTES } from "../../lib/auth/token.ts";
import { TokenTable } from "../../lib/auth/token-table.ts";
import { Random } from "../../lib/simulators/random.ts";
import { presentedIn } from "../../nodes/device-token-auth/presented.ts";
import type { AuthOptions } from "../../nodes/device-token-auth/read-options.ts";
import type { FaultFigure } from "./fault.ts";

const COUNT = 1_000_000;
const SEED = 5;
const NOW = { time: 1000, clock: 0 };

export default async function run(): Promise<FaultFigure[]> {
  const random = new Random(SEED);
  const table = new TokenTable();
  const { id, text, digest } = mintToken(Uint8Array.from({ length: TOKEN_BYTES }, () => random.below(256)));
  table.setAccount({ name: "benbot", label: "", scopes: [], created: 0 });
  table.setToken({ id, account: "benbot", digest, created: 0, expires: null, origin: "minted" });
  const gate = new Gate(table, new Limiter());
  const message = JSON.stringify({ token: text, Field1: "value1", list: [1, { deep: null }] });
  const options = { mode: "message", field: "token" } as AuthOptions;
  const counts = { thrown: 0, wrong: 0 };
  const attempt = (given: string, check: () => boolean) => {
    try {
      if (check() && !given.includes(text)) counts.wrong++;
    } catch {
      counts.thrown++;
    }
  };
  for (let n = 0; n < COUNT; n++) {
    const token = mutated(text, random);
    attempt(token, () => "holder" in gate.check(token, `192.0.2.${n % 250}`, NOW));
    const payload = mutated(message, random);
    attempt(payload, () => {
      const presented = presentedIn({ payload }, options);
      return "token" in presented && "holder" in gate.check(presented.token, "192.0.2.251", NOW);
    });
  }
  return [
    {
      fault: "tokens and messages fuzzed",
      figure: `${COUNT} each: ${counts.thrown} thrown, ${counts.wrong} wrongly let in`,
      promise: "0 thrown, 0 let in",
      kept: counts.thrown === 0 && counts.wrong === 0,
    },
  ];
}

/** One to three characters changed, cut out or put in. */
function mutated(text: string, random: Random): string {
  let result = text;
  for (let edits = 1 + random.below(3); edits > 0; edits--) {
    const at = random.below(result.length + 1);
    const kind = random.below(3);
    const inserted = kind === 1 ? "" : String.fromCharCode(random.below(kind === 0 ? 128 : 65_536));
    result = result.slice(0, at) + inserted + result.slice(kind === 2 ? at : at + 1);
  }
  return result;
}

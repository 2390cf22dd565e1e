/** The gate: who is let in, who has to wait, and that nobody inside is locked out. */
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import should from "should";
import { Gate } from "../../../lib/auth/gate.ts";
import { Limiter } from "../../../lib/auth/limiter.ts";
import { hashPassword } from "../../../lib/auth/password.ts";
import { digestOf, mintToken, TOKEN_BYTES } from "../../../lib/auth/token.ts";
import { TokenTable } from "../../../lib/auth/token-table.ts";

const NOW = { time: 1000, clock: 0 };
const ADDRESS = "192.0.2.1";
const OURS = mintToken(randomBytes(TOKEN_BYTES));
const WEAK = "abc";

function gateOf(): { gate: Gate; table: TokenTable } {
  const table = new TokenTable();
  table.setAccount({ name: "benbot", label: "", scopes: ["read:#"], created: 0 });
  const token = (id: string, digest: string, origin: "minted" | "imported") =>
    table.setToken({ id, account: "benbot", digest, created: 0, expires: 2000, origin });
  token(OURS.id, OURS.digest, "minted");
  token("weak", digestOf(WEAK), "imported");
  return { gate: new Gate(table, new Limiter()), table };
}

/** Guesses until it has to wait. */
function lock(gate: Gate): void {
  for (let fault = ""; fault !== "later"; ) ({ fault } = gate.check("wrong", ADDRESS, NOW) as { fault: string });
}

describe("the gate", () => {
  it("lets in a minted token and an imported one, until they expire or are revoked", () => {
    const { gate, table } = gateOf();
    for (const text of [OURS.text, WEAK]) {
      should(gate.check(text, ADDRESS, NOW)).containDeep({ holder: { account: "benbot", scopes: ["read:#"] } });
      should(gate.check(text, ADDRESS, { ...NOW, time: 2000 })).deepEqual({ fault: "expired" });
    }
    table.setRevoked(OURS.id, 1);
    should(gate.check(OURS.text, ADDRESS, NOW)).deepEqual({ fault: "revoked" });
    table.deleteAccount("benbot");
    should(gate.check(WEAK, ADDRESS, NOW)).deepEqual({ fault: "unknown" });
  });

  it("refuses a token whose secret differs in one character, and counts it at its account too", () => {
    const { gate } = gateOf();
    const other = OURS.text.slice(0, -1) + (OURS.text.endsWith("A") ? "B" : "A");
    for (let n = 0; n < 11; n++) should(gate.check(other, `198.51.100.${n}`, NOW)).deepEqual({ fault: "unknown" });
    should(gate.check(other, "198.51.100.99", NOW)).have.property("fault", "later");
    should(gate.check(OURS.text, "198.51.100.99", NOW)).have.property("holder");
  });

  it("keeps a guess waiting, right or wrong", () => {
    const { gate } = gateOf();
    lock(gate);
    should(gate.check("wrong", ADDRESS, NOW)).containEql({ fault: "later" });
    should(gate.check(WEAK, ADDRESS, NOW)).containEql({ fault: "later" });
    should(gate.check(WEAK, "192.0.2.2", NOW)).have.property("holder");
    should(gate.check(WEAK, ADDRESS, { ...NOW, clock: 60_000 })).have.property("holder");
  });

  it("never keeps a right token of our own waiting, nor the one by which a session came in", () => {
    const { gate } = gateOf();
    lock(gate);
    should(gate.check(OURS.text, ADDRESS, NOW)).have.property("holder");
    should(gate.check(WEAK, ADDRESS, NOW, "weak")).have.property("holder");
    should(gate.check("wrong", ADDRESS, NOW, "weak")).containEql({ fault: "later" });
    should(gate.check(WEAK, ADDRESS, NOW, OURS.id)).containEql({ fault: "later" });
  });

  it("counts guesses of tokens, passwords and tickets together", async () => {
    const { gate } = gateOf();
    for (let n = 0; n < 4; n++) gate.check(`wrong ${n}`, ADDRESS, NOW);
    for (let n = 0; n < 4; n++) gate.wrong(ADDRESS, NOW);
    for (let n = 0; n < 3; n++) {
      should(await gate.checkPassword(`user ${n}`, "x", ADDRESS, NOW)).deepEqual({ fault: "unknown" });
    }
    should(await gate.checkPassword("user", "x", ADDRESS, NOW)).have.property("fault", "later");
    should(gate.wrong(ADDRESS, NOW)).have.property("fault", "later");
    should(gate.counts).containEql({ unknown: 11, later: 2, accepted: 0 });
  });

  it("lets in by a password, which many right ones do not lock", async () => {
    const { gate, table } = gateOf();
    const password = await hashPassword("correct horse", new Uint8Array(16));
    table.setAccount({ name: "anna", label: "", scopes: [], created: 0, password });
    for (let n = 0; n < 12; n++) {
      should(await gate.checkPassword("anna", "correct horse", ADDRESS, NOW)).have.property("name", "anna");
    }
    should(await gate.checkPassword("benbot", "", ADDRESS, NOW)).deepEqual({ fault: "unknown" });
  });

  it("takes any text, and lets none of it in", () => {
    const { gate } = gateOf();
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (text) => {
        should(gate.check(text, ADDRESS, NOW)).have.property("fault");
      }),
      { numRuns: 2000 },
    );
  });
});

/** `token-registry` in a real runtime: what it keeps, what it forgets, and what survives. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import {
  deploy,
  loggedErrors,
  loggedWarnings,
  redeploy,
  startRuntime,
  stopRuntime,
  unload,
} from "../support/runtime.ts";
import { openBook, registry, TOKEN_NODES, tokenFlow, tokenOf, unloadTokens } from "../support/token-flow.ts";

describe("token-registry", () => {
  let directory: string;
  let address: string;
  let hosts = 0;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "gatehouse-tokens-"));
    await startRuntime();
  });
  after(async () => {
    await stopRuntime();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(unloadTokens);
  // Guesses are remembered by address, over the tests too.
  beforeEach(() => {
    address = `198.51.100.${++hosts}`;
  });

  const fault = (token: string) => (registry().check(token, address) as { fault?: string }).fault;

  it("knows its tokens after the end of the runtime, on the file backend", async () => {
    const flow = tokenFlow({}, {}, { kind: "file", directory: join(directory, "store") });
    await deploy(TOKEN_NODES, flow);
    const token = await tokenOf("benbot", ["read:#"]);
    const { desk } = await openBook();
    const { token: gone, id } = await desk.mint({ name: "benbot" }, null);
    await desk.revoke(id);
    await unload();
    await deploy(TOKEN_NODES, flow);
    await openBook();
    should(registry().check(token, address)).containDeep({ holder: { account: "benbot", scopes: ["read:#"] } });
    should(fault(gone)).equal("revoked");
  });

  it("remembers when a token was used last, after the end of the runtime", async () => {
    await deploy(TOKEN_NODES, tokenFlow());
    const token = await tokenOf("benbot", []);
    registry().check(token, address);
    await unload();
    await deploy(TOKEN_NODES, tokenFlow());
    const { uses, ledger } = await openBook();
    should(uses.lastUse(ledger.table.tokensOf("benbot")[0]!.id)).be.approximately(Date.now(), 5000);
  });

  it("lets two tokens overlap, and no third", async () => {
    await deploy(TOKEN_NODES, tokenFlow());
    const first = await tokenOf("benbot", []);
    const { desk } = await openBook();
    const second = (await desk.mint({ name: "benbot" }, null)).token;
    await should(desk.mint({ name: "benbot" }, null)).rejectedWith(/has 2 valid tokens/);
    const third = (await desk.rotate("benbot", null, 60_000)).token;
    should([first, second, third].map(fault)).deepEqual(["revoked", undefined, undefined]);
    const fourth = (await desk.rotate("benbot", null, 0)).token;
    should([second, third, fourth].map(fault)).deepEqual(["revoked", "revoked", undefined]);
  });

  it("tells who came in by a token that its scopes are others now, or that its account is gone", async () => {
    await deploy(TOKEN_NODES, tokenFlow());
    await tokenOf("benbot", ["read:#"]);
    const { desk, ledger } = await openBook();
    const { id } = ledger.table.tokensOf("benbot")[0]!;
    const ended: string[] = [];
    registry().subscribe({ ended: (tokens) => ended.push(...tokens) });
    await desk.save({ name: "benbot", scopes: ["read:mesh/#"] });
    should(ended).deepEqual([id]);
    await desk.remove("benbot");
    should(ended.slice(1)).matchEach(id);
    should(registry().holderOf(id)).be.null();
  });

  it("keeps counting guesses over a deploy", async () => {
    await deploy(TOKEN_NODES, tokenFlow());
    await openBook();
    for (let n = 0; n < 11; n++) should(fault("wrong")).equal("unknown");
    await redeploy(tokenFlow({ name: "other" }));
    await openBook();
    should(fault("wrong")).equal("later");
  });

  describe("signing in", () => {
    beforeEach(() => deploy(TOKEN_NODES, tokenFlow()));

    it("gives a token for a while against a password, which ends with the password", async () => {
      const book = await openBook();
      await book.desk.save({ name: "anna", scopes: ["read:#"], password: "correct horse" });
      const signedIn = (await book.signIn("anna", "correct horse", address)) as { token: string; expires: number };
      should(signedIn.expires - Date.now()).be.approximately(12 * 3_600_000, 5000);
      should(registry().check(signedIn.token, address)).containDeep({ holder: { account: "anna" } });
      should(await book.signIn("anna", "wrong horse", address)).deepEqual({ fault: "unknown" });
      should(await book.signIn("nobody", "correct horse", address)).deepEqual({ fault: "unknown" });
      await book.desk.save({ name: "anna", password: "another horse" });
      should(fault(signedIn.token)).equal("unknown");
    });

    it("gives one against a token that bears the name, which ends with that token", async () => {
      const token = await tokenOf("robot/benbot", ["read:#"]);
      const book = await openBook();
      const signedIn = (await book.signIn("benbot", token, address)) as { token: string };
      should(registry().check(signedIn.token, address)).containDeep({ holder: { account: "robot/benbot" } });
      should(await book.signIn("other", token, address)).deepEqual({ fault: "unknown" });
      await book.desk.revoke(book.ledger.table.tokensOf("robot/benbot")[0]!.id);
      should(fault(signedIn.token)).equal("unknown");
    });

    it("looks at no more guesses than the limiter lets, however many come at a time", async () => {
      const book = await openBook();
      await book.desk.save({ name: "bea", scopes: [], password: "correct horse" });
      const answers = await Promise.all(Array.from({ length: 40 }, () => book.signIn("bea", "wrong", address)));
      should(answers.filter((answer) => "fault" in answer && answer.fault === "unknown")).have.length(11);
    });
  });

  describe("importing", () => {
    const file = () => join(directory, "tokens.json");
    const importing = (store: object = {}) => tokenFlow({}, { tokensFile: file() }, store);

    it("takes over the tokens of a file, marks the short ones weak, and keeps revoked ones revoked", async () => {
      const long = "a-long-token-of-another-kind";
      writeFileSync(file(), JSON.stringify({ abc: "benbot", [long]: "jason" }));
      const flow = importing({ kind: "file", directory: join(directory, "importing") });
      await deploy(TOKEN_NODES, flow);
      const { desk, ledger } = await openBook();
      should(registry().check("abc", address)).containDeep({
        holder: { account: "benbot", scopes: ["publish:+/benbot/#", "read:+/benbot/#"] },
      });
      const record = ledger.table.tokensOf("benbot")[0]!;
      should(record).have.property("weak", true);
      should(ledger.table.tokensOf("jason")[0]).not.have.property("weak");
      await desk.revoke(record.id);
      await unload();
      await deploy(TOKEN_NODES, flow);
      const again = await openBook();
      should(fault("abc")).equal("revoked");
      should(again.ledger.table.tokensOf("benbot")).have.length(1);
    });

    for (const [title, text, expected] of [
      ["no JSON", '{"canary-token": ', /"tokensFile" .*tokens\.json: it must be a JSON object/],
      ["a list", '["canary-token"]', /it must be a JSON object/],
      ["a wrong user", '{"x":"benbot","canary-token":"no user"}', /entry 2: a user must be/],
    ] as const) {
      it(`warns of ${title}, without quoting a token`, async () => {
        writeFileSync(file(), text);
        await deploy(TOKEN_NODES, importing());
        await openBook();
        should(loggedWarnings().join()).match(expected).and.not.containEql("canary");
      });
    }

    it("warns of a file that is not there", async () => {
      rmSync(file(), { force: true });
      await deploy(TOKEN_NODES, importing());
      await openBook();
      should(loggedWarnings().join()).match(/ENOENT/);
    });
  });

  it("lets nobody in without a store, and says so", async () => {
    await deploy(TOKEN_NODES, tokenFlow({}, { store: "" }));
    should(registry().check("x", address)).deepEqual({ fault: "unready" });
    should(loggedErrors().join()).match(/"store" must be chosen/);
  });

  it("counts what it lets in and what it refuses", async () => {
    await deploy(TOKEN_NODES, tokenFlow());
    const token = await tokenOf("benbot", []);
    registry().check(token, address);
    registry().check("wrong", address);
    const samples = collectSamples().filter(({ labels }) => labels.where === "token-registry:tokens");
    should(samples).containDeep([
      { name: "gatehouse_auth_accepted_total", value: 1 },
      { name: "gatehouse_auth_refused_total", labels: { reason: "unknown" }, value: 1 },
    ]);
  });
});

/** The keys that a backend in memory keeps on disk: which, how, and who may read them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { openMemory } from "../../backends/memory.ts";

const RETENTION = { maxCount: 10, maxAgeMs: 0, maxSeries: 10 };

describe("the key file of the memory backend", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-keys-"));
    path = join(folder, "data/keys.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("keeps tokens and revocations over the end of the process, with their ends, and nothing else", async () => {
    const before = openMemory(RETENTION, path);
    await before.put("token.id.a", { digest: "x" });
    await before.put("revoked.a", 7);
    await before.put("token.id.gone", 1);
    await before.put("token.id.gone", null);
    await before.put("token.id.short", 1, { ttlMs: 60_000 });
    await before.put("token.id.past", 1, { ttlMs: 0 });
    await before.put("lease.b", 1);
    await before.close();
    const after = openMemory(RETENTION, path);
    should((await after.keys("")).map(({ key }) => key).sort()).deepEqual([
      "revoked.a",
      "token.id.a",
      "token.id.short",
    ]);
    should(await after.get("token.id.a")).deepEqual({ digest: "x" });
    should(readFileSync(path, "utf8")).not.containEql("lease");
  });

  it("is its owner's alone, and makes no folder before there is something to keep", async () => {
    const backend = openMemory(RETENTION, path);
    await backend.put("lease.b", 1);
    should(existsSync(join(folder, "data"))).be.false();
    await backend.put("token.id.a", 1);
    should(statSync(path).mode & 0o777).equal(0o600);
    should(readdirSync(join(folder, "data"))).deepEqual(["keys.json"]);
  });

  it("has every change once its put has resolved, however many come at a time", async () => {
    const backend = openMemory(RETENTION, path);
    const names = Array.from({ length: 200 }, (_, n) => `token.id.${n}`);
    await Promise.all(names.map((name) => backend.put(name, name)));
    const keys = (JSON.parse(readFileSync(path, "utf8")) as [string][]).map(([key]) => key);
    should(keys.sort()).deepEqual(names.sort());
  });

  it("takes a change back that cannot be written, and says why", async () => {
    const backend = openMemory(RETENTION, path);
    writeFileSync(join(folder, "data"), "in the way");
    await should(backend.put("token.id.a", 1)).rejectedWith({ code: "unwritable", message: /keys\.json/ });
    should(await backend.get("token.id.a")).be.null();
  });

  it("does not open where its file is broken, rather than forget who is revoked", () => {
    path = join(folder, "keys.json");
    writeFileSync(path, '[["token.id.canary');
    should(() => openMemory(RETENTION, path)).throw(/keys\.json: it is no JSON/);
  });
});

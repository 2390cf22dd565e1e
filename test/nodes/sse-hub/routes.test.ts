/** The routes of a hub over HTTP: who may ask, and what is answered. */
import "should";
import { type Answer, type ServedHub, serveHub } from "./served-hub.ts";

const PATHS = [
  "/",
  "/d/mesh/5",
  "/client.js",
  "/events?topic=%23",
  "/devices",
  "/history",
  "/health",
  "/metrics",
  "/x",
];

function errorOf({ body }: Answer): string {
  return (JSON.parse(body) as { error: string }).error;
}

describe("hub routes", () => {
  let hub: ServedHub;

  before(async () => {
    hub = await serveHub();
  });

  after(() => hub.close());

  const refused: readonly [string, Record<string, string>, string][] = [
    ["a foreign host name", { host: "evil.example" }, "wrong-host"],
    ["a proxy", { "x-forwarded-for": "10.1.1.1" }, "forwarded"],
    ["a page of another origin", { origin: "https://evil.example" }, "foreign-origin"],
  ];
  for (const [title, headers, error] of refused) {
    it(`refuse ${title} everywhere, and say what to do`, async () => {
      for (const path of PATHS) {
        const answer = await hub.ask(path, headers);
        [path, answer.status, errorOf(answer)].should.deepEqual([path, 403, error]);
        answer.body.should.match(/SSH tunnel/);
      }
    });
  }

  it("carry the security headers everywhere", async () => {
    for (const path of PATHS.filter((one) => !one.startsWith("/events"))) {
      const { headers } = await hub.ask(path);
      headers["content-security-policy"]!.should.equal(
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'self'",
      );
      headers["x-content-type-options"]!.should.equal("nosniff");
      headers["referrer-policy"]!.should.equal("same-origin");
    }
  });

  it("answer HEAD as GET without a body, except for the stream", async () => {
    const head = await hub.ask("/devices", {}, "HEAD");
    [head.status, head.headers["content-type"]].should.deepEqual([200, "application/json; charset=utf-8"]);
    const stream = await hub.ask("/events?topic=%23", {}, "HEAD");
    [stream.status, stream.headers.allow].should.deepEqual([405, "GET"]);
  });

  it("answer other methods with 405, and what is not there with 404", async () => {
    (await hub.ask("/devices", { "content-type": "application/json" }, "POST")).status.should.equal(405);
    (await hub.ask("/devices", { "content-type": "text/plain" }, "POST")).status.should.equal(403);
    for (const path of ["/none.js", "/v/none"]) {
      errorOf(await hub.ask(path)).should.equal("not-found");
    }
    for (const path of ["/d/", "/d/%zz", "/constructor", "/../health/x", "//health", "//", "/health/"]) {
      (await hub.ask(path)).status.should.equal(404);
    }
  });

  it("list devices", async () => {
    const cursor = await hub.append("mesh/5/GPS", Buffer.from([1, 2]));
    const answer = await hub.ask("/devices");
    answer.status.should.equal(200);
    answer.headers["content-type"]!.should.equal("application/json; charset=utf-8");
    const [device] = JSON.parse(answer.body) as { device: string; network: string; types: object }[];
    [device!.device, device!.network].should.deepEqual(["mesh/5", "mesh"]);
    device!.types.should.deepEqual({ GPS: { value: { base64: "AQI=" }, time: 1000, cursor } });
  });

  it("give history, oldest first, and name a wrong parameter", async () => {
    for (const value of [1, 2, 3]) await hub.append("mesh/6/n", value);
    const answer = await hub.ask("/history?device=mesh/6&type=n&limit=2&from=0");
    (JSON.parse(answer.body) as { value: number }[]).map(({ value }) => value).should.deepEqual([2, 3]);
    const wrong: readonly [string, RegExp][] = [
      ["type=n", /"device"/],
      ["device=mesh/6", /"type"/],
      ["device=mesh/6&type=n&limit=0", /"limit"/],
      ["device=mesh/6&type=n&limit=few", /"limit".*got "?few/],
      ["device=mesh/6&type=n&from=soon", /"from".*got "?soon/],
    ];
    for (const [query, message] of wrong) {
      const { status, body } = await hub.ask(`/history?${query}`);
      status.should.equal(400);
      (JSON.parse(body) as { message: string }).message.should.match(message);
    }
  });

  it("say whether the store is ready", async () => {
    const ready = await hub.ask("/health");
    [ready.status, ready.body].should.deepEqual([200, '{"status":"ok"}']);
    const other = await serveHub();
    other.fail("the disk is gone");
    const failed = await other.ask("/health");
    failed.status.should.equal(503);
    failed.body.should.match(/the disk is gone/);
    (await other.ask("/devices")).status.should.equal(503);
    await other.close();
  });
});

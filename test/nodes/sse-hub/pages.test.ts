/** The pages of a hub: where each file of the browser client is served, and for how long a browser may keep it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { Pages } from "../../../nodes/sse-hub/pages.ts";
import { type ServedHub, serveHub } from "./served-hub.ts";

const FILES: Readonly<Record<string, string>> = {
  "index.html": "list {{base}} {{hash}}",
  "device.html": "device {{base}}",
  "client.js": "client",
  "client.css": "style",
  "views/mesh.html": "mesh {{hash}}",
  "views/mesh.js": "mesh's own",
  "views/mesh.css": "mesh's own style",
  "views/mesh.map": "not for browsers",
};

describe("hub pages", () => {
  let hub: ServedHub;
  let folder: string;
  let hash: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-pages-"));
    mkdirSync(join(folder, "views"));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    hub = await serveHub({}, undefined, new Pages("/gatehouse", folder));
    hash = (await hub.ask("/")).body.split(" ")[2]!;
    await hub.append("mesh/5/BAT", 1);
  });

  after(async () => {
    await hub.close();
    rmSync(folder, { recursive: true });
  });

  it("stand at their places, a device's page below each", async () => {
    const expected: readonly [string, string][] = [
      ["/", `list /gatehouse ${hash}`],
      ["/d/mesh/5", "device /gatehouse"],
      ["/v/mesh", `mesh ${hash}`],
      ["/v/mesh/", `mesh ${hash}`],
      ["/v/mesh/mesh/5", `mesh ${hash}`],
      ["/client.js", "client"],
      ["/v/mesh.js", "mesh's own"],
      ["/v/mesh.css", "mesh's own style"],
    ];
    for (const [path, body] of expected) should([path, (await hub.ask(path)).body]).deepEqual([path, body]);
  });

  it("are nowhere else", async () => {
    for (const path of [
      "/index.html",
      "/device.html",
      "/d",
      "/d/",
      "/v",
      "/v/",
      "/v/none",
      "/v/none/mesh/5",
      "/v/mesh.map",
      "/v/mesh.html",
      "/v/../client.js",
      "/v/mesh/%zz",
      "/views/mesh.js",
      "/v/mesh.js/x",
      "/constructor",
    ]) {
      should([path, (await hub.ask(path)).status]).deepEqual([path, 404]);
    }
  });

  it("answer 404 where nobody has heard of the device, with the page that fills when somebody does", async () => {
    const { status, body, headers } = await hub.ask("/d/mesh/6");
    should([status, body]).deepEqual([404, "device /gatehouse"]);
    should((await hub.ask("/d/mesh/6", { "if-none-match": headers.etag! })).status).equal(404);
    should((await hub.ask("/d/mesh/5")).status).equal(200);
    await hub.append("mesh/6/BAT", 1);
    should((await hub.ask("/d/mesh/6")).status).equal(200);
  });

  it("answer 404 without a page where the address is of no device", async () => {
    for (const path of ["/d/mesh", "/d/mesh/", "/d/mesh/5/BAT", "/d/mesh/%3Cb%3E", "/d/mesh/..", "/d/__proto__/1"]) {
      const { status, body } = await hub.ask(path);
      should([path, status, (JSON.parse(body) as { error: string }).error]).deepEqual([path, 404, "not-found"]);
    }
  });

  it("are asked for again, but their scripts and styles are kept where they are named by their hash", async () => {
    const cacheOf = async (path: string) => (await hub.ask(path)).headers["cache-control"];
    should(await cacheOf("/v/mesh")).equal("no-cache");
    should(await cacheOf(`/v/mesh?v=${hash}`)).equal("no-cache");
    should(await cacheOf("/v/mesh.js?v=other")).equal("no-cache");
    should(await cacheOf(`/v/mesh.js?v=${hash}`)).match(/immutable/);
  });

  it("are not sent again to a browser that has them", async () => {
    const { headers } = await hub.ask("/v/mesh.css");
    const again = await hub.ask("/v/mesh.css", { "if-none-match": headers.etag! });
    should([again.status, again.body]).deepEqual([304, ""]);
  });

  it("are compressed for a browser that takes that", async () => {
    const askAs = (encoding: string) => hub.ask("/client.js", { "accept-encoding": encoding });
    const taken = {
      gzip: "gzip",
      "deflate, gzip;q=0.5, br": "br",
      "br;q=0, gzip": "gzip",
      "gzip, deflate, brx": "gzip",
    };
    for (const [said, encoding] of Object.entries(taken)) {
      const { headers } = await askAs(said);
      should([headers["content-encoding"], headers.vary]).deepEqual([encoding, "Accept-Encoding"]);
    }
    for (const encoding of ["", "deflate", "gzip;q=0, br;q=0.0"]) should((await askAs(encoding)).body).equal("client");
  });

  it("are missing where nothing was built, and say what to do", async () => {
    const bare = await serveHub({}, undefined, new Pages("/gatehouse", join(folder, "none")));
    for (const path of ["/", "/d/mesh/5"]) should((await bare.ask(path)).body).match(/npm run build/);
    await bare.close();
  });
});

/** The pages weigh little: everything a browser loads for one, compressed as servers do. */
import { globSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import should from "should";
import { pageText } from "../../scripts/pages.ts";
import { clientFiles } from "./mock-hub.ts";

const LIMIT = 15 * 1024;
/** Of a view's own script and style; a chart weighs more and says so here. */
const VIEW_LIMITS: Readonly<Record<string, number>> = {};
const VIEW_LIMIT = 12 * 1024;

describe("the browser's files", () => {
  it("weigh no more than 15 KB compressed in all", async () => {
    const pages = ["index.html", "device.html"].map((name) => pageText(process.cwd(), name));
    const files = await clientFiles();
    const [client, pagesScript, style] = ["client.js", "pages.js", "client.css"].map((name) =>
      sizeOf(files.get(name)!),
    );
    // A browser loads one of them.
    const page = Math.max(...pages.map(sizeOf));
    console.log(`      client.js ${client}, pages.js ${pagesScript}, client.css ${style}, page ${page} bytes`);
    should(client! + style! + page).be.belowOrEqual(LIMIT);
    should(pagesScript! + style! + page).be.belowOrEqual(LIMIT);
  });

  for (const view of globSync("client/views/*.html").map((file) => basename(file, ".html"))) {
    it(`of the view ${view} weigh no more than its limit`, async () => {
      const files = await clientFiles();
      const own = [`views/${view}.js`, `views/${view}.css`].map((name) => sizeOf(files.get(name) ?? ""));
      console.log(`      ${view}.js ${own[0]}, ${view}.css ${own[1]} bytes`);
      should(own[0]! + own[1]!).be.belowOrEqual(VIEW_LIMITS[view] ?? VIEW_LIMIT);
    });
  }
});

function sizeOf(text: string): number {
  return gzipSync(text).length;
}

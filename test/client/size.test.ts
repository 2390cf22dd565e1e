/** The pages weigh little: everything a browser loads for one, compressed as servers do. */
import { globSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import should from "should";
import { pageText } from "../../scripts/pages.ts";
import { clientFiles } from "./mock-hub.ts";

/** Of the components; lists, pictures, tracks and charts load their inside when they are used. */
const CLIENT_LIMIT = 15 * 1024;
/** Of a page with its script and style, and what the headers of its three answers weigh. */
const PAGE_LIMIT = 20 * 1024;
const HEADERS = 3 * 300;
/** The content of the page that is weighed: a hundred values. */
const HUNDRED = Array.from({ length: 100 }, (_, at) => `<gh-value type="T${at}" label="Value ${at}"></gh-value>`).join(
  "\n",
);
const PARTS_LIMIT = 6 * 1024;
/** Of the list of devices and the page of one: what is made of components. */
const DEVICES_LIMIT = 12 * 1024;
const CHART_LIMIT = 26 * 1024;
/** Of a view's own script and style; one that weighs more says so here. */
const VIEW_LIMITS: Readonly<Record<string, number>> = {};
const VIEW_LIMIT = 13.5 * 1024;

describe("the browser's files", () => {
  it("weigh no more than 15 KB compressed, and 20 KB with the page, without charts", async () => {
    const files = await clientFiles();
    const [client, parts, devices, chart, style, look] = [
      "client.js",
      "parts.js",
      "devices.js",
      "chart.js",
      "client.css",
      "devices.css",
    ].map((name) => sizeOf(files.get(name)!));
    const page = sizeOf(pageText(process.cwd(), "view.html").replace("{{view-content}}", HUNDRED));
    console.log(
      `      client.js ${client}, parts.js ${parts}, devices.js ${devices}, client.css ${style}, devices.css ${look}, page ${page}, chart.js ${chart} bytes`,
    );
    should(client).be.belowOrEqual(CLIENT_LIMIT);
    should(client! + style! + page + HEADERS).be.belowOrEqual(PAGE_LIMIT);
    should(parts).be.belowOrEqual(PARTS_LIMIT);
    should(devices! + look!).be.belowOrEqual(DEVICES_LIMIT);
    should(chart).be.belowOrEqual(CHART_LIMIT);
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

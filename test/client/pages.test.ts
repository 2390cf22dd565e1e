/** The frame around every page. */
import should from "should";
import { pageFiles, pageText } from "../../scripts/pages.ts";

const text = (file: string) => pageText(process.cwd(), file);
const linksOf = (html: string) =>
  [.../<nav class="pages"[^>]*>(.*?)<\/nav>/.exec(html)![1]!.matchAll(/href="([^"]*)"([^>]*)>([^<]*)/g)].map(
    ([, href, more, words]) => [href, words, more!.includes("aria-current")],
  );

describe("pages", () => {
  it("have their titles, files and content, and the words that the hub fills in", () => {
    const mesh = text("views/mesh.html");
    should(mesh).containEql("<title>Mesh · Gatehouse</title>");
    for (const file of ["client.css", "v/mesh.css", "v/mesh.js"])
      should(mesh).containEql(`"{{base}}/${file}?v={{hash}}"`);
    should(mesh).containEql('<ul class="robots">');
    should(text("index.html")).containEql('"{{base}}/client.js?v={{hash}}"');
    should(text("views/gallery.html")).containEql('"{{base}}/client.js?v={{hash}}"');
  });

  it("lead to one another, the list of devices first, and say which one is open", () => {
    const links = linksOf(text("views/mesh.html"));
    should(links[0]).deepEqual(["{{base}}/", "Devices", false]);
    should(links).containDeep([["{{base}}/v/mesh", "Mesh", true]]);
    should(linksOf(text("device.html")).filter(([, , isCurrent]) => isCurrent)).be.empty();
  });

  for (const file of pageFiles(process.cwd())) {
    it(`leave nothing of the frame unfilled in ${file}`, () => {
      should([...new Set(text(file).match(/\{\{\w+\}\}/g))].sort()).deepEqual(["{{base}}", "{{hash}}", "{{views}}"]);
    });
  }
});

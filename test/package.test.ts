/** What the package brings along: whatever its texts lead to and show is there, and it stays small. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import should from "should";

const ROOT = join(import.meta.dirname, "..");
/** Packed, without what the build makes. */
const MOST_BYTES = 600 * 1024;

interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

describe("the package", () => {
  let files: Packed["files"];

  before(() => {
    const told = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const [packed] = Object.values(JSON.parse(told) as Record<string, Packed>);
    files = packed!.files.filter(({ path }) => !path.startsWith("dist/"));
  });

  it("has whatever its texts lead to, and show", () => {
    const paths = new Set(files.map(({ path }) => path));
    const texts = [...paths].filter((path) => path.endsWith(".md"));
    should(texts).containEql("README.md");
    const dead = texts.flatMap((text) =>
      linksOf(text)
        .filter((path) => !paths.has(path))
        .map((path) => `${text}: ${path}`),
    );
    should(dead).be.empty();
  });

  it("weighs little", () => {
    const weight = files.filter(({ path }) => path.startsWith("docs/")).reduce((sum, { size }) => sum + size, 0);
    should(weight).be.below(MOST_BYTES);
  });
});

/** Files that a text leads to, as paths from the package's root. */
function linksOf(text: string): string[] {
  const links = [...readFileSync(join(ROOT, text), "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const local = links
    .filter((link) => !/^(https?:|#)/.test(link))
    .map((link) => decodeURIComponent(link.replace(/#.*/, "")));
  return local.map((link) => join(dirname(text), link));
}

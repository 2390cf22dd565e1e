/** The rules of the house that a reader relies on: layers, names, and a complete set of files for each node type. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import should from "should";
import { readFlows } from "../scripts/flows.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NAMED_BY_OWNER = ["uart-codec", "udp-handshake", "node-store", "json-splitter", "sse-out", "device-token-auth"];
const packageJson = JSON.parse(textOf("package.json")) as {
  "node-red": { nodes: Record<string, string> };
  dependencies: Record<string, string>;
};
const names = Object.keys(packageJson["node-red"].nodes);

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

function files(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT }).sort();
}

/** The relative imports of a source, as paths from the root; package imports as they stand. */
function importsOf(file: string): string[] {
  const imports = [...textOf(file).matchAll(/^(?:import|export|\}).*\bfrom "([^"]+)"|\bimport\("([^"]+)"\)/gm)].map(
    (match) => match[1] ?? match[2]!,
  );
  return imports.map((path) => (path.startsWith(".") ? normalize(join(dirname(file), path)) : path));
}

function typeOf(name: string): string {
  return NAMED_BY_OWNER.includes(name) ? name : `gh-${name}`;
}

function isConfig(name: string): boolean {
  return /category:\s*["']config["']/.test(textOf(`nodes/${name}.html`));
}

describe("the house", () => {
  describe("layers", () => {
    for (const file of files("lib/**/*.ts")) {
      it(`${file} imports only lib/, and hashes`, () => {
        should(importsOf(file).filter((path) => !path.startsWith("lib/") && path !== "node:crypto")).be.empty();
      });

      it(`${file} knows no clock, chance, timer, log or Node-RED`, () => {
        const code = textOf(file).replace(/^\s*(\/\*\*[\s\S]*?\*\/|\/\/.*$)/gm, "");
        should(code).not.match(
          /\bDate\.now|new Date\(\)|performance\.now|Math\.random|random(Bytes|Fill|Int|UUID)|getRandomValues|setTimeout|setInterval|setImmediate|console\.|\bRED\./,
        );
      });
    }

    for (const file of files("backends/**/*.ts")) {
      it(`${file} does not know Node-RED`, () => {
        should(textOf(file)).not.match(/\bRED\./);
        should(importsOf(file).filter((path) => path.startsWith("nodes/"))).be.empty();
      });
    }
  });

  describe("citations", () => {
    const sections = new Set(
      [...textOf("docs/protocols.md").matchAll(/^#{2,3} (\d(?:\.\d)?)/gm)].map(([, one]) => one),
    );
    const cited = files("{lib,backends,client,nodes,scripts,test,programs,examples}/**/*.{ts,html,py,c,h,ino}").flatMap(
      (file) =>
        [...textOf(file).matchAll(/\bPROTOCOLS (\d[\d., and]*)/g)].map(([, list]) => ({
          file,
          list: list!.match(/\d(\.\d)?/g)!,
        })),
    );

    it("name sections that docs/protocols.md has", () => {
      should(cited.length).be.above(50);
      should(cited.filter(({ list }) => !list.every((section) => sections.has(section)))).be.empty();
    });
  });

  it("has no test that stands only beside others: each that asserts loads what it asserts by", () => {
    const asserting = files("test/**/*.test.ts").filter((file) => textOf(file).includes(".should."));
    should(asserting.filter((file) => !/^import .*"should";$/m.test(textOf(file)))).be.empty();
  });

  it("has at most six runtime dependencies", () => {
    should(Object.keys(packageJson.dependencies).length).be.belowOrEqual(6);
  });

  for (const file of files("{lib,backends,client,nodes}/**/*.ts")) {
    it(`${file} opens with one sentence and stays within 200 lines`, () => {
      const text = textOf(file);
      should(text).match(/^(\/\*\*|\/\/ )/);
      should(text.split("\n").length).be.belowOrEqual(201);
    });
  }

  for (const name of names) {
    describe(`node ${typeOf(name)}`, () => {
      it("has its source, form, labels, help and test", () => {
        const missing = [
          `nodes/${name}.ts`,
          `nodes/${name}.html`,
          `locales/en-US/${name}.json`,
          `locales/en-US/${name}.html`,
          `test/nodes/${name}.test.ts`,
        ].filter((file) => !existsSync(join(ROOT, file)));
        should(missing).be.empty();
      });

      it("registers its type in the runtime and in the editor", () => {
        should(textOf(`nodes/${name}.ts`)).containEql(`registerType("${typeOf(name)}"`);
        should(textOf(`nodes/${name}.html`)).match(new RegExp(`registerType\\(\\s*["']${typeOf(name)}["']`));
        should(textOf(`nodes/${name}.html`)).containEql(`data-template-name="${typeOf(name)}"`);
        should(textOf(`locales/en-US/${name}.html`)).containEql(`data-help-name="${typeOf(name)}"`);
      });

      it("has a label for every key that its form and its source use", () => {
        const catalogue = JSON.parse(textOf(`locales/en-US/${name}.json`)) as Record<string, unknown>;
        should(keysUsed(name).filter((key) => !isLabelled(catalogue, key))).be.empty();
      });

      it("has no label whose markup its form would show as text", () => {
        const form = textOf(`nodes/${name}.html`);
        const shown = (key: string) => form.includes(`"${key}"`);
        should(labelsWithMarkup(name).filter(shown)).be.empty();
      });

      if (!isConfig(name)) {
        it("has its own icon, an example and a use in a shipped flow", () => {
          should(existsSync(join(ROOT, `icons/${name}.svg`))).be.true();
          should(files("examples/**/*.json").some((file) => uses(file, typeOf(name)))).be.true();
          should(files("flows/*.json").some((file) => uses(file, typeOf(name)))).be.true();
        });
      }
    });
  }
});

function uses(file: string, type: string): boolean {
  return readFlows(join(ROOT, file)).some((node) => node.type === type);
}

/** Catalogue keys named in the form and in the source; a key that is put together in code is not seen here. */
function keysUsed(name: string): string[] {
  const text = textOf(`nodes/${name}.html`) + textOf(`nodes/${name}.ts`);
  return [...text.matchAll(new RegExp(`["'\\]=;](${name}\\.[a-zA-Z0-9.-]+)["';]`, "g"))]
    .map((match) => match[1]!)
    .filter((key) => !/\.(svg|js|html|json|ts|)$/.test(key));
}

/** Node-RED puts a label into a form as text, but for one that is named `[html]…` there. */
function labelsWithMarkup(name: string): string[] {
  const inside = (key: string, value: unknown): string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([part, inner]) => inside(key === "" ? part : `${key}.${part}`, inner))
      : /<[a-z]/.test(String(value))
        ? [key]
        : [];
  return inside("", JSON.parse(textOf(`locales/en-US/${name}.json`)));
}

function isLabelled(catalogue: unknown, key: string): boolean {
  const value = key
    .split(".")
    .reduce<unknown>((level, part) => (level as Record<string, unknown> | undefined)?.[part], catalogue);
  return value !== undefined;
}

/** What esbuild makes of `client/`: the script and style of every page, those of each view, and the client library. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, type Plugin, transform } from "esbuild";

/** A view is `client/views/<name>.html`, with a script `<name>.ts` and perhaps a style `<name>.css`. */
export function clientBuild(root: string, outdir: string): BuildOptions & { outdir: string } {
  const from = join(root, "client");
  const views = globSync("views/*.html", { cwd: from }).map((file) => `views/${basename(file, ".html")}`);
  const own = views.flatMap((view) => [".ts", ".css"].map((ending) => ({ in: join(from, view + ending), out: view })));
  return {
    entryPoints: [
      { in: join(from, "main.ts"), out: "client" },
      ...["client", "devices"].map((name) => ({ in: join(from, `${name}.css`), out: name })),
      ...["parts", "chart", "devices"].map((name) => ({ in: join(from, `${name}.ts`), out: name })),
      ...own.filter((entry) => existsSync(entry.in)),
    ],
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
    plugins: [SHADOW_STYLES],
  };
}

/** A style for the inside of components is a text of their script: `import css from "./component.shadow.css"`. */
const SHADOW_STYLES: Plugin = {
  name: "shadow-styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.shadow\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** The library is one file for Node and one for browsers; the compiler puts its types beside them. */
export function libraryBuild(root: string, outdir: string): BuildOptions {
  const from = join(root, "client/library");
  return {
    entryPoints: [join(from, "node.ts"), join(from, "browser.ts")],
    outdir,
    bundle: true,
    format: "esm",
    platform: "neutral",
    external: ["node:*", "ws"],
    target: "es2022",
    logLevel: "warning",
  };
}

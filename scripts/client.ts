/** What esbuild makes of `client/`: the script and style of every page, and those of each view. */
import { existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import type { BuildOptions } from "esbuild";

/** A view is `client/views/<name>.html`, with a script `<name>.ts` and perhaps a style `<name>.css`. */
export function clientBuild(root: string, outdir: string): BuildOptions & { outdir: string } {
  const from = join(root, "client");
  const views = globSync("views/*.html", { cwd: from }).map((file) => `views/${basename(file, ".html")}`);
  const own = views.flatMap((view) => [".ts", ".css"].map((ending) => ({ in: join(from, view + ending), out: view })));
  return {
    entryPoints: [
      { in: join(from, "main.ts"), out: "client" },
      { in: join(from, "client.css"), out: "client" },
      ...own.filter((entry) => existsSync(entry.in)),
    ],
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  };
}

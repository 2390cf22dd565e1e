/** Puts the frame that all pages share around the content of each. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A page's first line tells of it, as a comment: `<!-- title="Robots" link="Robots" main="screen" style="robots" -->`.
 * `link` puts it into the bar of every page, `main` is a class, `style` names a view whose style it has beside its own,
 * `components` gives it the components, `devices` the style of those that show devices; `loads` says that it is complete when its own data is there, not when it is connected.
 */
interface PageHead {
  readonly title: string;
  readonly link?: string;
  readonly main?: string;
  readonly style?: string;
  readonly components?: string;
  readonly devices?: string;
  readonly loads?: string;
}

const FRAME = "frame.html";
/** What the hub puts the views of flows into. */
const VIEW_FRAME = "view.html";
const ATTRIBUTE = /(\w+)="([^"]*)"/g;
/** What is there before there is a view. */
const FIXED: Readonly<Record<string, string>> = { "index.html": "/", "device.html": "/d/" };

/** The HTML of `index.html`, `device.html` or `views/<name>.html`; the hub still fills in its path and the files' hash. */
export function pageText(root: string, file: string): string {
  const folder = join(root, "client");
  const { head, content } = readPage(folder, file);
  const parts: Readonly<Record<string, string>> = {
    title: head.title,
    files: filesOf(folder, file, head).join("\n    "),
    page: nameOf(file),
    loads: head.loads === undefined ? "" : " data-loads",
    links: linksOf(folder, file).join(""),
    main: head.main === undefined ? "" : ` class="${head.main}"`,
    content,
  };
  const frame = readFileSync(join(folder, FRAME), "utf8");
  return frame.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => parts[name] ?? whole);
}

/** All pages, by their files below `client/`. */
export function pageFiles(root: string): string[] {
  return globSync("{*,views/*}.html", { cwd: join(root, "client") }).filter((file) => file !== FRAME);
}

function readPage(folder: string, file: string): { head: PageHead; content: string } {
  const [first = "", ...lines] = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
  const head = Object.fromEntries([...first.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, value]));
  if (head.title === undefined) throw new RangeError(`client/${file}: the first line must be <!-- title="…" -->`);
  return { head: head as unknown as PageHead, content: lines.map((line) => `      ${line}`.trimEnd()).join("\n") };
}

function nameOf(file: string): string {
  return file.replace(/^views\//, "").replace(/\.html$/, "");
}

function filesOf(folder: string, file: string, { style, components, devices }: PageHead): string[] {
  const name = nameOf(file);
  const isView = !(file in FIXED);
  const own = isView && existsSync(join(folder, `views/${name}.css`)) ? [`v/${name}`] : [];
  const styles = [
    "client",
    ...(devices === undefined ? [] : ["devices"]),
    ...(style === undefined ? [] : [`v/${style}`]),
    ...own,
  ];
  const scripts = [
    ...(components === undefined ? [] : ["client"]),
    ...(isView && existsSync(join(folder, `views/${name}.ts`)) ? [`v/${name}`] : []),
  ];
  return [
    ...styles.map((path) => `<link rel="stylesheet" href="{{base}}/${path}.css?v={{hash}}">`),
    ...scripts.map((path) => `<script type="module" blocking="render" src="{{base}}/${path}.js?v={{hash}}"></script>`),
    ...(file === VIEW_FRAME ? ["{{view-files}}"] : []),
  ];
}

/** The pages that have a link, the list of devices first. */
function linksOf(folder: string, file: string): string[] {
  const files = Object.keys(FIXED).concat(globSync("views/*.html", { cwd: folder }).sort());
  return files.flatMap((one) => {
    const { link } = readPage(folder, one).head;
    const current = one === file ? ' aria-current="page"' : "";
    return link === undefined ? [] : [`<a href="{{base}}${FIXED[one] ?? `/v/${nameOf(one)}`}"${current}>${link}</a>`];
  });
}

/** Who shows a hundred values on one page: the flow that does, what its source sends, and where its page has the values. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const VALUES = 100;

export type ContenderName = "gatehouse" | "dashboard" | "uibuilder";

export interface Contender {
  readonly path: string;
  /** Its sources are `<name>-<number>`, one for each value; the one of `gatehouse` with no number takes them together. */
  readonly flow: readonly object[];
  message(at: number, value: number): object;
  /** In the page: all elements whose text is a value. */
  readonly places: string;
}

const NUMBERS = Array.from({ length: VALUES }, (_, at) => at);

const node = (id: string, type: string, fields: object, next: readonly string[] = []) => {
  return { id, type, z: "tab", x: 1, y: 1, ...fields, wires: [next, []] };
};
const sources = (name: ContenderName, next: (at: number) => string) =>
  NUMBERS.map((at) => node(`${name}-${at}`, "bench-pass", {}, [next(at)]));

/** As a reading goes in the shipped flows: through the store, with a cursor, to a view's page. */
const GATEHOUSE: Contender = {
  path: "/gatehouse/v/bench",
  flow: [
    { id: "bench-store", type: "gh-store-backend", kind: "memory", maxCount: "2000" },
    { id: "bench-hub", type: "gh-sse-hub", store: "bench-store", path: "/gatehouse" },
    ...sources("gatehouse", () => "keep"),
    node("gatehouse", "bench-pass", {}, ["keep"]),
    node("keep", "node-store", { store: "bench-store" }, ["out"]),
    node("out", "sse-out", { hub: "bench-hub" }),
    node("view", "gh-device-view", { hub: "bench-hub", name: "bench", title: "Bench", html: viewHtml() }),
  ],
  message: (at, value) => ({ device: "bench/1", type: `T${at}`, topic: `bench/1/T${at}`, payload: value }),
  places: `[...document.querySelectorAll("gh-value")].map((one) => one.shadowRoot?.querySelector("[part=value]"))`,
};

function viewHtml(): string {
  const values = NUMBERS.map((at) => `<gh-value type="T${at}" label="Value ${at}"></gh-value>`);
  return `<gh-view device="bench/1">${values.join("")}</gh-view>`;
}

/** Its own way: a text widget for each value, as its editor makes them. */
const DASHBOARD: Contender = {
  path: "/dashboard/bench",
  flow: [
    { id: "db-base", type: "ui-base", name: "Bench", path: "/dashboard", includeClientData: true },
    { id: "db-theme", type: "ui-theme", name: "Default", colors: themeColors(), sizes: themeSizes() },
    { id: "db-page", type: "ui-page", name: "Bench", ui: "db-base", path: "/bench", layout: "grid", theme: "db-theme" },
    { id: "db-group", type: "ui-group", name: "Values", page: "db-page", width: 12, height: 1, order: 1 },
    ...NUMBERS.map((at) => node(`db-text-${at}`, "ui-text", textOf(at))),
    ...sources("dashboard", (at) => `db-text-${at}`),
  ],
  message: (_at, value) => ({ payload: value }),
  places: `[...document.querySelectorAll(".nrdb-ui-text-value")]`,
};

function themeColors(): object {
  return {
    surface: "#fcfcfd",
    primary: "#0d74ce",
    bgPage: "#f9f9fb",
    groupBg: "#ffffff",
    groupOutline: "#d9d9e0",
  };
}

function themeSizes(): object {
  const [pagePadding, groupGap, widgetGap] = ["12px", "12px", "12px"];
  return { density: "default", pagePadding, groupGap, groupBorderRadius: "4px", widgetGap };
}

function textOf(at: number): object {
  const look = { format: "{{msg.payload}}", layout: "row-spread", style: false, className: "" };
  const value = { value: "payload", valueType: "msg" };
  return { group: "db-group", order: at + 1, width: 2, height: 1, label: `Value ${at}`, ...look, ...value };
}

/** It has no widgets: a page written by hand on its client, which puts each message's value into its place. */
const UIBUILDER: Contender = {
  path: "/uib/",
  flow: [
    ...sources("uibuilder", () => "uib"),
    node("uib", "uibuilder", { url: "uib", templateFolder: "blank", sourceFolder: "src" }),
  ],
  message: (at, value) => ({ topic: `T${at}`, payload: value }),
  places: `[...document.querySelectorAll("output")]`,
};

const UIB_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bench</title>
<link rel="stylesheet" href="./index.css">
<script defer src="../uibuilder/uibuilder.iife.min.js"></script><script defer src="./index.js"></script></head><body>
${NUMBERS.map((at) => `<div><label for="T${at}">Value ${at}</label><output id="T${at}"></output></div>`).join("\n")}
</body></html>`;
const UIB_SCRIPT = `const places = new Map([...document.querySelectorAll("output")].map((one) => [one.id, one]));
uibuilder.onChange("msg", (msg) => { places.get(msg.topic).textContent = msg.payload; });`;
const UIB_STYLE = `@import url("../uibuilder/uib-brand.min.css");
body { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; }
div { padding: 1rem; border: 1px solid; border-radius: 12px; } output { display: block; font-size: 2.25rem; }`;

/** Where uibuilder looks for its page. */
export function writeUibuilderPage(userDir: string): void {
  const folder = join(userDir, "uibuilder/uib/src");
  mkdirSync(folder, { recursive: true });
  const files = { "index.html": UIB_PAGE, "index.js": UIB_SCRIPT, "index.css": UIB_STYLE };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

export const CONTENDERS: Readonly<Record<ContenderName, Contender>> = {
  gatehouse: GATEHOUSE,
  dashboard: DASHBOARD,
  uibuilder: UIBUILDER,
};

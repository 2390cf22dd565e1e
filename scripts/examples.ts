/**
 * Cuts the examples that the palette user imports from the shipped flows. A tab whose environment has
 * `GATEHOUSE_EXAMPLE` belongs to the examples named there, parted by commas; several tabs may share one.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./build.ts";
import { DEFAULTS } from "./defaults.ts";
import { type FlowNode, joinFlows } from "./flows.ts";

const MARK = "GATEHOUSE_EXAMPLE";
const VARIABLE = /\$\{([A-Z_]+)\}/g;

interface TabVariable {
  readonly name: string;
  readonly value: string;
}

/** File name → text of each example that the flows hold. */
function cutExamples(): Map<string, string> {
  const names = globSync("flows/*.json", { cwd: ROOT })
    .sort()
    .map((file) => file.slice("flows/".length, -".json".length));
  const { nodes } = joinFlows(join(ROOT, "flows"), names);
  const examples = new Map<string, FlowNode[]>();
  for (const tab of nodes.filter((node) => node.type === "tab")) {
    for (const name of examplesOf(tab)) examples.set(name, [...(examples.get(name) ?? []), tab]);
  }
  return new Map([...examples].map(([name, tabs]) => [`examples/${name}.json`, textOf(cut(tabs, nodes))]));
}

/** Examples whose file differs from what the flows hold now. */
export function staleExamples(): string[] {
  return [...cutExamples()].filter(([file, text]) => readIfPresent(join(ROOT, file)) !== text).map(([file]) => file);
}

function examplesOf(tab: FlowNode): string[] {
  const names = variablesOf(tab).find(({ name }) => name === MARK)?.value ?? "";
  return names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function variablesOf(tab: FlowNode): TabVariable[] {
  return (tab.env ?? []) as TabVariable[];
}

function cut(tabs: readonly FlowNode[], all: readonly FlowNode[]): FlowNode[] {
  const ids = new Set(tabs.map(({ id }) => id));
  const kept = all.filter(({ z }) => z !== undefined && ids.has(z));
  const unmarked = tabs.map((tab) => ({ ...tab, env: variablesOf(tab).filter(({ name }) => name !== MARK) }));
  return [...unmarked, ...kept, ...referred(kept, all)].map(withDefaults);
}

/** The config nodes and subflows that nodes name in any field, and those that these name. */
function referred(nodes: readonly FlowNode[], all: readonly FlowNode[]): FlowNode[] {
  const shared = new Map(all.filter(({ z, type }) => z === undefined && type !== "tab").map((node) => [node.id, node]));
  const found = new Set<FlowNode>();
  const visit = (node: FlowNode) => {
    const names = [...Object.values(node), node.type.replace(/^subflow:/, "")];
    for (const value of names) {
      const other = typeof value === "string" ? shared.get(value) : undefined;
      if (other && other !== node && !found.has(other)) {
        found.add(other);
        visit(other);
      }
    }
  };
  nodes.forEach(visit);
  return all.filter((node) => found.has(node));
}

function withDefaults(node: FlowNode): FlowNode {
  const text = JSON.stringify(node).replace(VARIABLE, (variable, name: string) => DEFAULTS[name] ?? variable);
  return JSON.parse(text) as FlowNode;
}

function textOf(nodes: readonly FlowNode[]): string {
  return `${JSON.stringify(nodes, null, 2)}\n`;
}

function readIfPresent(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, text] of cutExamples()) {
    writeFileSync(join(ROOT, file), text);
    console.log(file);
  }
}

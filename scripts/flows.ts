/** Reads the shipped flows and joins them into one. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly [field: string]: unknown;
}

interface JoinedFlows {
  readonly nodes: FlowNode[];
  /** Names without a file. */
  readonly missing: string[];
}

export function readFlows(path: string): FlowNode[] {
  return JSON.parse(readFileSync(path, "utf8")) as FlowNode[];
}

/** Joins files of one folder; a config node that several of them hold must be the same in each. */
export function joinFlows(folder: string, names: readonly string[]): JoinedFlows {
  const byId = new Map<string, FlowNode>();
  const missing: string[] = [];
  for (const name of names) {
    const path = join(folder, `${name}.json`);
    if (existsSync(path)) addAll(byId, readFlows(path), path);
    else missing.push(name);
  }
  return { nodes: [...byId.values()], missing };
}

function addAll(byId: Map<string, FlowNode>, nodes: readonly FlowNode[], path: string): void {
  for (const node of nodes) {
    const known = byId.get(node.id);
    if (known && JSON.stringify(known) !== JSON.stringify(node)) {
      throw new Error(`${path}: node ${node.id} differs from the one of the same id in another file`);
    }
    byId.set(node.id, node);
  }
}

/** Puts the shipped flows into Node-RED's user directory, and never over a user's own edits. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { joinFlows } from "./flows.ts";

/** What Node-RED reads in its user directory. */
export const FLOW_FILE = "flows.json";
const SEED_FILE = "gatehouse-seed.json";

/** What became of the user directory; `missing` names flow files that this version does not ship. */
export interface Seeded {
  readonly state: "seeded" | "kept" | "unchanged";
  readonly missing: readonly string[];
}

/** Reseeds while the flows are the ones seeded last, or when `fresh`; otherwise keeps them. */
export function seed(folder: string, userDir: string, names: readonly string[], fresh: boolean): Seeded {
  mkdirSync(userDir, { recursive: true });
  const { nodes, missing } = joinFlows(folder, names);
  const text = `${JSON.stringify(nodes, null, 4)}\n`;
  const path = join(userDir, FLOW_FILE);
  const present = existsSync(path) ? readFileSync(path, "utf8") : null;
  if (present === text) return { state: "unchanged", missing };
  if (present !== null && !fresh && digest(present) !== seededDigest(userDir)) return { state: "kept", missing };
  writeFileSync(path, text);
  writeFileSync(join(userDir, SEED_FILE), `${JSON.stringify({ digest: digest(text) })}\n`);
  return { state: "seeded", missing };
}

function seededDigest(userDir: string): string | null {
  const path = join(userDir, SEED_FILE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { digest: string }).digest : null;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

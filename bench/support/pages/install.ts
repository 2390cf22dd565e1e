/** Installs the other dashboards, once, into a user directory of Node-RED that is the benchmark's own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../.cache/bench-dashboards", import.meta.url));
const DASHBOARDS = { "@flowfuse/node-red-dashboard": "1.31.0", "node-red-contrib-uibuilder": "7.7.4" };

/** The user directory. */
export function installDashboards(): string {
  if (isInstalled()) return FOLDER;
  console.error("Installing the dashboards to compare with.");
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "package.json"), JSON.stringify({ private: true, dependencies: DASHBOARDS }));
  spawnSync("npm", ["install", "--no-package-lock"], { cwd: FOLDER, stdio: ["ignore", "ignore", "inherit"] });
  if (!isInstalled()) throw new Error(`npm could not install ${Object.keys(DASHBOARDS).join(" and ")}`);
  return FOLDER;
}

function isInstalled(): boolean {
  return Object.keys(DASHBOARDS).every((name) => existsSync(join(FOLDER, "node_modules", name, "package.json")));
}

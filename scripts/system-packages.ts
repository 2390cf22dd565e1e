/** What the tests need beyond npm, and its installation as root on Debian. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Program → Debian package. */
const PROGRAMS: Readonly<Record<string, string>> = {
  socat: "socat",
  chromium: "chromium",
  gcc: "gcc",
  "g++": "g++",
  python3: "python3",
};

/** Installs what is missing where it may; returns the packages that are still missing. */
export function installSystemPackages(): string[] {
  const missing = missingPackages();
  if (missing.length === 0 || !mayInstall()) return missing;
  console.log(`Installing with apt, for the tests: ${missing.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], {
    stdio: ["ignore", "ignore", "inherit"],
    env,
  });
  return missingPackages();
}

function missingPackages(): string[] {
  return Object.entries(PROGRAMS)
    .filter(([program]) => !isInPath(program))
    .map(([, name]) => name);
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version");
}

function isInPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Skips a suite, with the reason in its title, where the machine lacks what it needs; in CI that is a failure. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** `describe`, or where `missing` gives a reason a pending suite that names it. */
export function describeWith(title: string, missing: string | null, suite: (this: Mocha.Suite) => void): void {
  if (missing === null) describe(title, suite);
  else if (process.env.CI) throw new Error(`${title}: ${missing}`);
  else describe.skip(`${title} (skipped: ${missing})`, suite);
}

/** Why a program cannot be used, or null where it is in the PATH. */
export function programMissing(name: string): string | null {
  const found = (process.env.PATH ?? "").split(delimiter).some((folder) => isExecutable(join(folder, name)));
  return found ? null : `needs ${name} (apt-get install ${name})`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

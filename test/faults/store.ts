/** The promise of the file store: writers killed without warning under load lose nothing that was acknowledged, and nothing is there twice. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killWriters } from "../backends/killing.ts";
import type { FaultFigure } from "./fault.ts";

const KILLS = 10;
const LIVE_MS = 2000;

export default async function run(): Promise<FaultFigure[]> {
  const directory = mkdtempSync(join(tmpdir(), "gatehouse-fault-"));
  try {
    const { acknowledged, lost, duplicates } = await killWriters(directory, KILLS, 1, LIVE_MS);
    return [
      {
        fault: "kill -9 under load",
        figure: `${KILLS} kills, ${acknowledged.length} acknowledged, ${lost} lost, ${duplicates} duplicates`,
        promise: "0 acknowledged lost, 0 duplicates",
        kept: lost === 0 && duplicates === 0 && acknowledged.length > 0,
      },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

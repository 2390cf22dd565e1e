/** The file backend: what every backend promises, and what it owes to its disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFile } from "../../backends/file.ts";
import { describeBackend } from "./conformance.ts";

let folder = "";

describeBackend("the file backend", {
  open(retention) {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-store-"));
    return openFile({ directory: join(folder, "data"), retention });
  },
  async clean() {
    rmSync(folder, { recursive: true, force: true });
  },
});

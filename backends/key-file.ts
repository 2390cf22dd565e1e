/** What a backend in memory must not forget: the keys of tokens and revocations, in a file that only its owner can read. */
import { mkdirSync, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { type KeyRecord, KeyTable } from "../lib/store/keys.ts";
import { BackendError } from "./backend.ts";
import type { DurableChange } from "./journal.ts";

const PREFIXES = ["token.", "revoked."];
const OWNER_ONLY = 0o600;

export class KeyFile {
  readonly #path: string;
  readonly #records = new Map<string, KeyRecord>();
  /** The write under way, and the one that takes up what has changed since it began. */
  #writing: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  /** Throws BackendError where there is a file that cannot be read. */
  constructor(path: string) {
    this.#path = path;
    for (const [key, record] of readRecords(path)) this.#records.set(key, record);
  }

  table(): KeyTable {
    const table = new KeyTable();
    for (const [key, record] of this.#records) table.set(key, record);
    return table;
  }

  /** Resolves once the file has the change; other changes are of no concern. */
  async commit(change: DurableChange): Promise<void> {
    if (change.type !== "key" || !PREFIXES.some((prefix) => change.key.startsWith(prefix))) return;
    const before = this.#records.get(change.key) ?? null;
    this.#set(change.key, change.record);
    try {
      await this.#write();
    } catch (error) {
      this.#set(change.key, before);
      throw new BackendError("unwritable", `${this.#path}: ${(error as Error).message}`);
    }
  }

  /** Resolves once nothing is being written. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing.catch(() => {});
  }

  #set(key: string, record: KeyRecord | null): void {
    if (record === null) this.#records.delete(key);
    else this.#records.set(key, record);
  }

  #write(): Promise<void> {
    if (!this.#writing) return this.#begin();
    this.#next ??= this.#writing.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#next = null;
    this.#writing = this.#replace().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  /** Whoever reads it sees the old file or the new one, whole, whenever the power fails. */
  async #replace(): Promise<void> {
    const folder = dirname(this.#path);
    mkdirSync(folder, { recursive: true });
    const aside = `${this.#path}.new`;
    const file = await open(aside, "w", OWNER_ONLY);
    try {
      await file.chmod(OWNER_ONLY);
      await file.writeFile(`${JSON.stringify([...this.#records])}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, this.#path);
    const holder = await open(folder, "r");
    await holder.sync().finally(() => holder.close());
  }
}

function readRecords(path: string): [string, KeyRecord][] {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as [string, KeyRecord][];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    const reason = error instanceof SyntaxError ? "it is no JSON" : (error as Error).message;
    throw new BackendError("invalid", `${path}: ${reason}`);
  }
}

/** Puts down which commands each device has taken, for the pages that offer them again. */
import { isDeepStrictEqual } from "node:util";
import { joinKnown, type KnownCommand } from "../lib/commands/known.ts";
import { commandKey, type LearnedCommand } from "../lib/store/device-keys.ts";
import type { Backend } from "./backend.ts";

/** Commands known of one device: the one that told nothing new for longest gives way. */
export const MAX_KNOWN = 32;

export class KnownCommands {
  /** By reason. */
  readonly dropped: Record<string, number> = {};
  /** One after another, so that all of a device are counted. */
  #tail: Promise<void> = Promise.resolve();

  learn(backend: Backend, device: string, type: string, newest: KnownCommand): Promise<void> {
    this.#tail = this.#tail.then(() => this.#learn(backend, device, type, newest)).catch(() => this.#drop("unsaved"));
    return this.#tail;
  }

  async #learn(backend: Backend, device: string, type: string, newest: KnownCommand): Promise<void> {
    const key = commandKey(device, type);
    const before = ((await backend.get(key)) as LearnedCommand | null)?.known ?? null;
    const known = joinKnown(before, newest);
    if (isDeepStrictEqual(known, before)) return;
    if (!before) await this.#makeRoom(backend, device);
    await backend.put(key, { known, since: Date.now() } satisfies LearnedCommand);
  }

  async #makeRoom(backend: Backend, device: string): Promise<void> {
    const present = await backend.keys(commandKey(device));
    const sinceOf = ({ value }: { readonly value: unknown }) => (value as LearnedCommand).since;
    const oldest = present
      .sort((a, b) => sinceOf(a) - sinceOf(b))
      .slice(0, Math.max(0, present.length - MAX_KNOWN + 1));
    for (const { key } of oldest) {
      await backend.put(key, null);
      this.#drop("full");
    }
  }

  #drop(reason: string): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + 1;
  }
}

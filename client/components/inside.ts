/** The inside of components that have one in a script of its own: loaded when the first of its kind is used. */
import { clientFile } from "./page-source.ts";

/** The server may be away for a moment. */
const AGAIN_MS = 5_000;

/** Resolves when the script is there, however long that takes; `failed` hears of each attempt in vain. */
export async function loadInside<T>(file: string, failed: () => void): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      // A browser remembers that an address failed.
      return (await import(`${clientFile(file)}#${attempt}`)) as T;
    } catch {
      failed();
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

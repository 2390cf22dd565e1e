/** One Chromium for all suites of a run; it ends behind the last of them. */
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";

let launched: Browser | undefined;

/** Launched where it is not there yet, or no longer. */
export async function sharedChromium(): Promise<Browser> {
  if (!launched?.isConnected()) launched = await launchChromium();
  return launched;
}

after(() => launched?.close());

/** What a browser may read of devices, and which of them it may command. */
import type { JsonObject } from "../json/safe-json.ts";

export interface Permits {
  /** Something of the device, so that it is told of it. */
  sees(browser: string, device: string): boolean;
  /** What of a device's message it may read; null for nothing. */
  readable(browser: string, device: string, fields: JsonObject): JsonObject | null;
  commands(browser: string, device: string): boolean;
}

/** Where nobody asks for tokens. */
export const EVERYTHING: Permits = {
  sees: () => true,
  readable: (_browser, _device, fields) => fields,
  commands: () => true,
};

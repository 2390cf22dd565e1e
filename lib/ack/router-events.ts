/** What a router of ack/0 knows, and what it says. */
import type { JsonObject } from "../json/safe-json.ts";
import type { Address } from "./server-events.ts";

export type RouterEvent =
  | { readonly type: "send"; readonly browser: string; readonly fields: JsonObject }
  /** For a device that is here, without its name. */
  | { readonly type: "command"; readonly browser: string; readonly device: string; readonly fields: JsonObject }
  /** For a gateway that holds the device. */
  | {
      readonly type: "forward";
      readonly device: string;
      readonly gateway: string;
      readonly fields: JsonObject;
    }
  | { readonly type: "viewing"; readonly browser: string; readonly device: string | null }
  | { readonly type: "dropped"; readonly from: string; readonly reason: "no-device" | "devices-full" };

export interface Device {
  isConnected: boolean;
  address: Address;
  /** That holds its connection; null where it is connected here. */
  gateway: string | null;
}

export interface RouterState {
  readonly devices: Map<string, Device>;
  /** Browser → what it views; a browser that is away keeps its view. */
  readonly views: Map<string, string | null>;
}

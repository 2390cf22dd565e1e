/** What leaves a gateway's API: to its clients, to the module, to those who monitor it. */
import type { CommandRequest } from "../../lib/gateway-api/command-requests.ts";

/** A command as it leaves for the store or the codec. */
export interface GatewayCommand extends CommandRequest {
  readonly id: string;
  readonly device: string;
  readonly session: string;
}

export interface GatewayOutput {
  /** `payload` undefined: the session is only closed. */
  client(session: string, payload: Buffer | string | undefined, close: boolean): void;
  command(command: GatewayCommand): void;
  /** To one monitor, or to all. */
  frame(text: string, session: string | null): void;
  /** Who listens, or whether the module is connected. */
  changed(): void;
  warn(fault: Error): void;
}

/** What a node hears of a hub's browsers: their commands, and who they are. */
import type { Browsers, Presence } from "./browsers.ts";
import type { CommandIntake, Taker } from "./command-intake.ts";

export interface BrowserReceiver {
  /** Null where it takes none. */
  readonly command: Taker | null;
  readonly presence: (presence: Presence) => void;
}

export interface Receiving {
  /** False where another one takes the commands. */
  takesCommands(): boolean;
  stop(): void;
}

export function receive(
  { browsers, intake }: { readonly browsers: Browsers; readonly intake: CommandIntake },
  { command, presence }: BrowserReceiver,
): Receiving {
  const ends = [browsers.watch(presence), ...(command ? [intake.add(command)] : [])];
  return {
    takesCommands: () => command !== null && intake.isTakenBy(command),
    stop: () => {
      for (const end of ends) end();
    },
  };
}

/** A browser's command as a message that `node-store` takes. */
import type { NodeMessage } from "node-red";
import { topicOf } from "../../lib/store/topic.ts";
import type { TakenCommand } from "./command-intake.ts";

/** `deadline` counts where the browser named none. */
export function commandMessage({ browser, ...command }: TakenCommand, deadline: number): NodeMessage {
  const message = {
    ...{ deadline, ...command },
    topic: topicOf(command.device, command.type),
    action: "command",
    _session: { type: "browser", id: browser },
  };
  return message as NodeMessage;
}

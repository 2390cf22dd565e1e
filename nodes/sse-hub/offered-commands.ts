/** The commands that the page of a device offers a visitor: those that the device has taken, and those that a view declares. */
import { allows, allowsSomeOf } from "../../lib/auth/scopes.ts";
import { declaredIn, type OfferedCommand } from "../../lib/commands/declared.ts";
import { ANY_DEVICE } from "../../lib/sse/view-path.ts";
import type { DeviceRecord } from "../../lib/store/devices.ts";
import { topicOf } from "../../lib/store/topic.ts";
import type { View } from "./views.ts";
import type { Visitor } from "./visitor.ts";

/** By view: a view that is deployed anew is another object. */
const declared = new WeakMap<View, Record<string, OfferedCommand>>();

/** What a visitor may not command has none. */
export function withCommands(
  records: readonly DeviceRecord[],
  views: Iterable<View>,
  { scopes }: Visitor,
): readonly DeviceRecord[] {
  const sending = [...views].filter(({ take }) => take !== null);
  return records.map(({ commands, ...record }) => {
    if (!allowsSomeOf(scopes, "command", record.device)) return record;
    const ofViews = sending.filter((view) => isFor(view, record)).map(commandsOf);
    // Who made a view knows more of a command than what was sent tells.
    const all: Record<string, OfferedCommand> = Object.assign({}, commands, ...ofViews);
    const allowed = Object.entries(all).filter(([type]) => allows(scopes, "command", topicOf(record.device, type)));
    return { ...record, commands: Object.fromEntries(allowed) };
  });
}

/** A view of any device must name the networks whose devices it knows. */
function isFor({ device, networks }: View, record: DeviceRecord): boolean {
  return device === ANY_DEVICE ? networks.includes(record.network) : device === record.device;
}

function commandsOf(view: View): Record<string, OfferedCommand> {
  const known = declared.get(view) ?? declaredIn(view.html);
  declared.set(view, known);
  return known;
}

/** The commands that a view's components send to its device, as far as their attributes say it simply. */
import { isType } from "../store/ids.ts";
import { joinKnown, type KnownCommand, knownFrom } from "./known.ts";
import { payloadIn } from "./payload-in.ts";

/** What a page offers to send; `confirm` is a question to ask before. */
export type OfferedCommand = KnownCommand & { readonly confirm?: string };

type Attributes = ReadonlyMap<string, string>;

const COMPONENT = /<gh-(button|switch|slider|input)\b((?:"[^"]*"|'[^']*'|[^'">])*)>/g;
const ATTRIBUTE = /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/g;

const KNOWN: Readonly<Record<string, (attributes: Attributes) => KnownCommand | null>> = {
  button: (attributes) => knownFrom(payloadIn(attributes.get("payload") ?? null)),
  switch: (attributes) => {
    const off = knownFrom(payloadIn(attributes.get("off") ?? "false"));
    return off && joinKnown(off, knownFrom(payloadIn(attributes.get("on") ?? "true"))!);
  },
  slider: (attributes) => rangeOf(attributes.get("min") ?? "0", attributes.get("max") ?? "100"),
  input: (attributes) =>
    attributes.get("kind") === "number" ? rangeOf(attributes.get("min"), attributes.get("max")) : { kind: "text" },
};

/** By their names. What is about another device than the view's is passed over. */
export function declaredIn(html: string): Record<string, OfferedCommand> {
  const declared: Record<string, OfferedCommand> = {};
  for (const [, component, text] of html.matchAll(COMPONENT)) {
    const attributes = attributesIn(text!);
    const command = attributes.get("command") ?? attributes.get("type");
    const known = KNOWN[component!]!(attributes);
    if (attributes.has("device") || !isType(command) || !known) continue;
    const confirm = attributes.get("confirm");
    declared[command] = confirm ? { ...known, confirm } : known;
  }
  return declared;
}

function attributesIn(text: string): Attributes {
  const pairs = [...text.matchAll(ATTRIBUTE)];
  return new Map(pairs.map(([, name, double, single, bare]) => [name!, plain(double ?? single ?? bare ?? "")]));
}

/** As the browser reads it. */
function plain(text: string): string {
  return text.replace(/&(quot|apos|lt|gt|amp);/g, (_, name: keyof typeof ENTITIES) => ENTITIES[name]);
}

const ENTITIES = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };

function rangeOf(min: string | undefined, max: string | undefined): KnownCommand | null {
  const [least, most] = [payloadIn(min ?? null), payloadIn(max ?? null)];
  return typeof least === "number" && typeof most === "number" ? { kind: "number", min: least, max: most } : null;
}

/** What a device can be told: a component for each command that is known, and a line for any other. */
import type { OfferedCommand } from "../../lib/commands/declared.ts";
import { elementOfType } from "../../lib/records/element-names.ts";
import { compareDevices } from "../../lib/store/devices.ts";
import { networkOf, topicOf } from "../../lib/store/topic.ts";
import type { KnownDevice } from "../device-list.ts";
import { h, insertSorted, setAttribute } from "../dom.ts";
import type { AnyCommand } from "./any-command.ts";
import { component } from "./component.ts";
import { headingOf } from "./list-frame.ts";

type Offered = Readonly<Record<string, OfferedCommand>>;

/** What devices of a protocol take, whoever has sent it; and the most that the mesh module takes of a message. */
const OF_NETWORKS: Readonly<Record<string, Offered>> = { mesh: { message: { kind: "text" } } };
const MOST_OF_NETWORKS: Readonly<Record<string, string>> = { mesh: "255" };

export class CommandInputs {
  readonly element: HTMLElement;
  readonly #device: string;
  readonly #list = h("div", { class: "cards" });
  readonly #note = h("p", { hidden: "" }, "Your token does not allow you to command this device.");
  readonly #other = component("gh-any-command", { label: "Other command" }) as AnyCommand;
  readonly #inputs = new Map<string, { readonly element: HTMLElement; readonly form: string }>();

  /** `level` is that of its heading. */
  constructor(device: string, level: number) {
    this.#device = device;
    const parts = [headingOf(level, "Commands"), this.#note, this.#list, this.#other];
    this.element = h("section", { class: "commands", device, hidden: "" }, ...parts);
  }

  /** `others` are names that devices of its network have taken; a device that takes none of any kind has no inputs. */
  show(known: KnownDevice | undefined, others: readonly string[]): void {
    const ofNetwork = OF_NETWORKS[networkOf(this.#device)];
    const isForbidden = known !== undefined && known.commands === undefined;
    const commands: Offered = isForbidden ? {} : { ...known?.commands, ...ofNetwork };
    const takesCommands = ofNetwork !== undefined || known?.connected !== undefined;
    this.element.hidden = !takesCommands && others.length === 0 && Object.keys(commands).length === 0;
    this.#note.hidden = !isForbidden;
    this.#list.hidden = this.#other.hidden = isForbidden;
    for (const [type, { element }] of this.#inputs) {
      if (!Object.hasOwn(commands, type) && this.#inputs.delete(type)) element.remove();
    }
    for (const [type, offered] of Object.entries(commands)) {
      this.#put(type, offered, inputOf(type, offered, known?.types.has(type) === true));
    }
    this.#other.suggest(others.filter((type) => !Object.hasOwn(commands, type)));
  }

  /** One that only has other attributes now keeps what it says of the last command. */
  #put(type: string, offered: OfferedCommand, [name, attributes]: Input): void {
    const form = JSON.stringify([name, offered.kind, offered.kind === "object" && offered.fields]);
    const before = this.#inputs.get(type);
    if (before?.form === form) {
      for (const [attribute, value] of Object.entries(attributes)) setAttribute(before.element, attribute, value);
      return;
    }
    before?.element.remove();
    const most = MOST_OF_NETWORKS[networkOf(this.#device)];
    const element = component(name, {
      ...{ command: type, "data-command": type, topic: topicOf(this.#device, type) },
      ...{ label: elementOfType(type), stale: "never" },
      ...(most !== undefined && { maxlength: most }),
      ...attributes,
    });
    if (offered.kind === "object") element.append(...Object.entries(offered.fields).map(fieldOf));
    this.#inputs.set(type, { element, form });
    insertSorted(this.#list, element, (a, b) => compareDevices(a.dataset.command!, b.dataset.command!));
  }
}

type Input = readonly [name: string, attributes: Readonly<Record<string, string>>];

/** `isReported`: the device tells by a reading of that name how it stands. */
function inputOf(type: string, offered: OfferedCommand, isReported: boolean): Input {
  const asks = offered.confirm === undefined ? {} : { confirm: offered.confirm };
  if (offered.kind === "none") return ["gh-button", { ...asks, title: `Sends ${type}` }];
  if ((offered.kind === "number" || offered.kind === "boolean") && offered.min === offered.max) {
    const words = (name: string) => `${name} ${offered.min}`;
    const attributes = {
      payload: String(offered.min),
      label: words(elementOfType(type)),
      title: `Sends ${words(type)}`,
    };
    return ["gh-button", { ...asks, ...attributes }];
  }
  if (offered.kind === "boolean") return isReported ? ["gh-switch", {}] : ["gh-input", { options: "false true" }];
  if (offered.kind === "number") {
    return ["gh-input", { kind: "number", placeholder: `usually ${offered.min} to ${offered.max}` }];
  }
  if (offered.kind === "text") return ["gh-input", {}];
  return [offered.kind === "object" ? "gh-form" : "gh-any-command", {}];
}

const FIELD_TYPES = { boolean: "checkbox", number: "number", text: "text" };

function fieldOf([name, kind]: readonly [string, keyof typeof FIELD_TYPES]): HTMLElement {
  const more = kind === "number" ? { step: "any", required: "" } : {};
  return h("label", {}, name, h("input", { name, type: FIELD_TYPES[kind], autocomplete: "off", ...more }));
}

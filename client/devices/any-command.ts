/** `gh-any-command`: sends a command of any name, or one whose payload has no simpler form, with JSON or text. */
import { payloadIn } from "../../lib/commands/payload-in.ts";
import type { CommandState } from "../components/sending.ts";
import { h } from "../dom.ts";
import { shared } from "../shared.ts";

const MAX_LENGTH = "4096";

export class AnyCommand extends shared().GhControl {
  readonly #names = h("datalist", { id: "names" });
  #sent = "";

  override get topics(): string[] {
    return [];
  }

  override generate(): void {
    const name = field({ required: "", pattern: "[A-Za-z0-9._:%\\-]{1,64}", list: "names" });
    const value = field({ maxlength: MAX_LENGTH });
    const isNamed = this.command !== "";
    const form = h("form", { part: "row" }, ...(isNamed ? [] : [labelled("Command", name)]), labelled("Value", value));
    form.append(h("button", { type: "submit", part: "button" }, "Send"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const type = this.command || name.value;
      this.#sent = `${type} ${value.value}`.trim();
      this.send(payloadIn(value.value), type);
      value.value = "";
    });
    this.root.append(this.heading(), form, this.#names, this.outcomePlace());
  }

  /** Names to choose from; any other may be written. */
  suggest(names: readonly string[]): void {
    this.#names.replaceChildren(...names.map((value) => h("option", { value })));
  }

  /** Which it was: the fields are empty again, or hold the next one. */
  override outcome({ name, detail }: CommandState): void {
    super.outcome({ name, detail: detail === "" ? this.#sent : `${this.#sent}: ${detail}` });
  }

  override render(): void {}
}

function field(attributes: Record<string, string>): HTMLInputElement {
  return h("input", { type: "text", part: "control", autocomplete: "off", ...attributes });
}

function labelled(words: string, input: HTMLInputElement): HTMLElement {
  return h("label", { part: "field" }, h("span", {}, words), input);
}

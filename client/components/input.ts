/** `gh-input`: a text, a number or a choice that is sent as a command. */

import { payloadIn } from "../../lib/commands/payload-in.ts";
import { h, setText } from "../dom.ts";
import { GhControl } from "./control.ts";

const MAX_LENGTH = 4096;

export class GhInput extends GhControl {
  /** It follows nothing: what is written in it is the person's. */
  override get topics(): string[] {
    return [];
  }

  override generate(): void {
    const field = this.#field();
    const button = h("button", { type: "submit", part: "button" }, "Send");
    const form = h("form", { part: "row" }, h("label", { part: "field" }, h("span", { part: "label" }), field), button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(payloadOf(field));
      if (field.type === "text") field.value = "";
    });
    this.root.append(form, this.outcomePlace());
  }

  #field(): HTMLInputElement | HTMLSelectElement {
    const options = this.words("options");
    if (options.length > 0) return h("select", { part: "control" }, ...options.map((text) => h("option", {}, text)));
    const type = this.getAttribute("kind") === "number" ? "number" : "text";
    return h("input", {
      type,
      part: "control",
      required: "",
      autocomplete: "off",
      maxlength: String(MAX_LENGTH),
      step: "any",
    });
  }

  override render(): void {
    this.place<HTMLButtonElement>("button").disabled = this.adapt().disabled;
    setText(this.place("button"), this.getAttribute("action") ?? "Send");
  }
}

function payloadOf(field: HTMLInputElement | HTMLSelectElement): unknown {
  if (field instanceof HTMLSelectElement) return payloadIn(field.value);
  return field.type === "number" ? field.valueAsNumber : field.value;
}

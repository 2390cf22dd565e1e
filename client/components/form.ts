/** `gh-form`: sends the fields that stand in it, each by its name, as one command. */
import { h, setText } from "../dom.ts";
import { GhControl } from "./control.ts";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export class GhForm extends GhControl {
  override get topics(): string[] {
    return [];
  }

  override generate(): void {
    const button = h("button", { type: "button", part: "control" }, "Send");
    button.addEventListener("click", () => this.submit());
    this.addEventListener("keydown", ({ key, target }) => {
      if (key === "Enter" && target instanceof HTMLInputElement) button.click();
    });
    this.root.append(this.heading(), h("slot", { part: "fields" }), button, this.outcomePlace());
  }

  /** Sends nothing while a field is wrong; the browser shows which. */
  submit(): void {
    const fields = [...this.querySelectorAll<Field>("input[name], select[name], textarea[name]")];
    if (fields.every((field) => field.reportValidity())) this.send(valuesOf(fields));
  }

  override render(): void {
    setText(this.adapt(), this.getAttribute("action") ?? "Send");
  }
}

export function valuesOf(fields: readonly Field[]): Record<string, unknown> {
  const chosen = (fields as readonly HTMLInputElement[]).filter(({ type, checked }) => type !== "radio" || checked);
  return Object.fromEntries(chosen.map((field) => [field.name, payloadFrom(field)]));
}

/** Other elements than inputs have other types. */
function payloadFrom({ type, value, checked, valueAsNumber }: HTMLInputElement): unknown {
  if (type === "checkbox") return checked;
  if (type !== "number" && type !== "range") return value;
  return Number.isNaN(valueAsNumber) ? null : valueAsNumber;
}

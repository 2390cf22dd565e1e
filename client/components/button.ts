/** `gh-button`: sends one command, with the payload of its attribute. */

import { payloadIn } from "../../lib/commands/payload-in.ts";
import { h, setText } from "../dom.ts";
import { GhControl } from "./control.ts";

export class GhButton extends GhControl {
  /** It shows no value: it follows nothing. */
  override get topics(): string[] {
    return [];
  }

  override generate(): void {
    const button = h("button", { type: "button", part: "control" });
    button.addEventListener("click", () => this.press());
    this.root.append(button, this.outcomePlace());
  }

  press(): void {
    const question = this.text("confirm");
    if (question === "" || confirm(question)) this.send(payloadIn(this.getAttribute("payload")));
  }

  override render(): void {
    setText(this.adapt(), this.label);
  }
}

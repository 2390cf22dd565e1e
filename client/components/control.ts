/** What sends commands to a device: their state stands at the component, from sent to delivered or failed. */
import { topicOf } from "../../lib/store/topic.ts";
import { announce } from "../announce.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { GhComponent } from "./component.ts";
import { source } from "./page-source.ts";
import { type CommandState, sendCommand } from "./sending.ts";
import { placeOf } from "./view-of-page.ts";

const WORDS: Readonly<Record<CommandState["name"], string>> = {
  pending: "Sending",
  delivered: "Delivered",
  failed: "Failed",
  expired: "Expired",
  offline: "Offline",
};

/** What became of a command is soon no news any more. */
const SHOWN_MS = 60_000;

export class GhControl extends GhComponent {
  /** The newest command's; an older one may end later, and says nothing any more. */
  #sent = 0;
  #shown: ReturnType<typeof setTimeout> | undefined;

  /** The command's name; the type that is shown may be another. */
  get command(): string {
    return this.getAttribute("command") ?? this.text("type");
  }

  #end: () => void = () => {};

  /** Outcomes come by the stream, which is open while somebody follows something. */
  override connectedCallback(): void {
    super.connectedCallback();
    const { device, command } = this;
    if (device !== "" && command !== "") this.#end = source().want(topicOf(device, command), { reading() {} });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end();
  }

  /** Sends it to the component's device, and shows what becomes of it. */
  send(payload: unknown, type = this.command): void {
    const number = ++this.#sent;
    void sendCommand({ device: this.device, type, payload, ...placeOf(this) }, (state) => {
      if (number === this.#sent) this.outcome(state);
    });
  }

  /** To override: what became of the newest command so far. */
  outcome({ name, detail }: CommandState): void {
    const place = this.place("outcome");
    const text = detail === "" ? WORDS[name] : `${WORDS[name]}: ${detail}`;
    setAttribute(place, "data-state", name);
    setText(place, text);
    setAttribute(this, "command-state", name);
    clearTimeout(this.#shown);
    if (name === "pending") return;
    this.#shown = setTimeout(() => setText(place, ""), SHOWN_MS);
    announce(`${this.label}: ${text}`);
    if (name !== "delivered") this.failed();
  }

  /** To override: the device has not taken what was asked for, and stands as it last said. */
  failed(): void {
    this.changed();
  }

  /** Gives the part `control` what it has in common with the component. */
  adapt(): HTMLInputElement {
    const control = this.place<HTMLInputElement>("control");
    for (const name of ["min", "max", "step", "maxlength", "placeholder"]) {
      if (this.hasAttribute(name)) setAttribute(control, name, this.text(name));
    }
    control.disabled = this.hasAttribute("disabled");
    return control;
  }

  outcomePlace(): HTMLElement {
    return h("div", { part: "outcome" });
  }
}

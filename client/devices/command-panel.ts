/** A form that sends messages to a device, and what became of the last ones. */
import type { Outcome } from "../../lib/commands/command.ts";
import { payloadIn } from "../../lib/commands/payload-in.ts";
import { announce } from "../announce.ts";
import { command } from "../api.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { faultOf } from "../fault.ts";
import { pageSource } from "../shared.ts";
import { headingOf } from "./list-frame.ts";

/** What the mesh module takes. */
const MAX_LENGTH = 255;
const SHOWN = 5;
/** The hub tells of a command's end within its deadline and some seconds; what it has not told by then is not known. */
const PATIENCE_MS = 20_000;

/** Outcomes that came before the answer with the command's id. */
const MAX_EARLY = 20;

export interface CommandPanel {
  readonly element: HTMLElement;
  /** Of any command that this page sent. */
  outcome(outcome: Outcome): void;
  suggest(types: readonly string[]): void;
}

/** Each has a list of its own to choose from. */
let panels = 0;

interface Line {
  readonly element: HTMLElement;
  readonly state: HTMLElement;
}

export interface CommandPanelOptions {
  readonly device: string;
  /** The command's name; null lets the person write it. */
  readonly type: string | null;
  /** Of its heading. */
  readonly level: number;
}

export function commandPanel({ device, type: given, level }: CommandPanelOptions): CommandPanel {
  const field = (attributes: Record<string, string>) =>
    h("input", { type: "text", maxlength: String(MAX_LENGTH), autocomplete: "off", ...attributes });
  const known = h("datalist", { id: `commands-${++panels}` });
  const name = field({ required: "", pattern: "[A-Za-z0-9._:\\-]{1,64}", list: known.id });
  const input = field(given === null ? {} : { required: "" });
  const button = h("button", { type: "submit" }, "Send");
  const names = given === null ? [h("label", {}, "Command ", name, known)] : [];
  const form = h("form", {}, ...names, h("label", {}, given === null ? "Value " : "Message ", input), button);
  const list = h("ol", { class: "sent" });
  const waiting = new Map<string, Line>();
  const early = new Map<string, Outcome>();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (given === null) void send(name.value, payloadIn(input.value), `${name.value} ${input.value}`);
    else void send(given, input.value, input.value);
    input.value = "";
  });

  /** What may be asked for by its own name; other commands are sent as well. */
  function suggest(types: readonly string[]): void {
    if (known.childElementCount !== types.length)
      known.replaceChildren(...types.map((value) => h("option", { value })));
  }

  async function send(type: string, payload: unknown, text: string): Promise<void> {
    const line = addLine(text);
    try {
      const { base, live } = pageSource();
      const id = await command(base, { device, type, payload }, live.browser);
      const told = early.get(id);
      if (told) show(line, told);
      else wait(id, line);
    } catch (fault) {
      finish(line, "failed", `Not sent: ${faultOf(fault)}`);
    }
  }

  function addLine(text: string): Line {
    const state = h("span", { class: "state", "data-state": "pending" }, "Waiting");
    const element = h("li", {}, h("span", {}, text), state);
    list.prepend(element);
    while (list.children.length > SHOWN) list.lastChild!.remove();
    return { element, state };
  }

  function wait(id: string, line: Line): void {
    waiting.set(id, line);
    setTimeout(() => {
      if (waiting.delete(id)) finish(line, "expired", "Nobody said what became of it");
    }, PATIENCE_MS);
  }

  function outcome(told: Outcome): void {
    const line = waiting.get(told.id);
    waiting.delete(told.id);
    if (line) show(line, told);
    else if (early.size < MAX_EARLY) early.set(told.id, told);
  }

  function show(line: Line, { id, state, detail }: Outcome): void {
    early.delete(id);
    const word = WORDS[state] ?? state;
    finish(line, state, detail ? `${word}: ${detail}` : word);
  }

  function finish({ state: element }: Line, state: string, text: string): void {
    setAttribute(element, "data-state", state);
    setText(element, text);
    announce(text);
  }

  const heading = headingOf(level, given === null ? "Send a command" : "Send a message");
  return { element: h("section", { class: "panel command" }, heading, form, list), outcome, suggest };
}

const WORDS: Readonly<Record<string, string>> = { delivered: "Delivered", failed: "Failed", expired: "Expired" };

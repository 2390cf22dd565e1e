/** What all components share: topics that they follow while they are in the page, and a drawing once a frame. */
import { h, setAttribute, setText } from "../dom.ts";
import { formatNumber, formatValue } from "../format.ts";
import { drawSoon } from "../frame-queue.ts";
import { isNewer, type Sample } from "../series.ts";
import { soleNumber } from "../values.ts";
import { Alarm } from "./alarm.ts";
import { AttributedElement } from "./attributes.ts";
import { historyOf } from "./history.ts";
import { source } from "./page-source.ts";
import { sheet } from "./sheet.ts";
import { judge, staleAfterMs, watchAge } from "./staleness.ts";

/** Where a value comes from. */
export interface Meta {
  readonly device: string;
  readonly type: string;
  readonly topic: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Null for what no store has. */
  readonly cursor: string | null;
}

const LONGEST_TEXT = 500;

export class GhComponent extends AttributedElement {
  /** Readings that `receive` hears of before live ones come; more or fewer by the attribute `history`. */
  static readonly history: number = 0;
  static readonly observedAttributes: readonly string[] = [
    ...["device", "type", "topic", "field", "label", "unit", "digits", "low", "high", "stale", "history"],
    ...["min", "max", "step", "codes", "disabled", "minutes", "labels", "action"],
  ];

  /** The newest value, of `field` where that is given. */
  value: unknown = undefined;
  meta: Meta | null = null;
  /** What stands in the component; its elements are parts. */
  readonly root: ShadowRoot;
  readonly #newest = new Map<string, Sample>();
  readonly #alarm = new Alarm(this);
  /** Looked up once: they are asked for in every frame. */
  readonly #places = new Map<string, HTMLElement>();
  #isGenerated = false;
  #isFaulty = false;
  #isLabelled = false;
  #isBounded = false;
  #ends: (() => void)[] = [];

  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.root.adoptedStyleSheets = [sheet()];
  }

  // To override

  /** Hears of every value, oldest first. */
  receive(_value: unknown, _meta: Meta): void {}

  /** Makes what stands in `root`, once. */
  generate(): void {
    this.root.append(this.heading(), h("div", { part: "value" }, "–"), h("div", { part: "age" }));
  }

  /** Brings it up to date: once a frame at most, when something has changed. */
  render(): void {
    setText(this.place("value"), this.value === undefined ? "–" : this.withUnit(this.format(this.value)));
  }

  /** The text of a value. */
  format(value: unknown): string {
    const number = soleNumber(value)?.number;
    return number === undefined ? formatValue(value, LONGEST_TEXT) : this.formatNumber(number);
  }

  /** What was drawn of the past has a hole, or belongs to another topic; history comes again. */
  clear(): void {}

  // To use

  formatNumber(number: number): string {
    if (!Number.isFinite(number)) return "–";
    return this.hasAttribute("digits") ? formatNumber(number, this.number("digits", 0)) : formatNumber(number);
  }

  withUnit(text: string): string {
    return `${text}\u2009${this.text("unit")}`.trim();
  }

  /** The element whose part is `name`. */
  place<T extends HTMLElement = HTMLElement>(name: string): T {
    const known = this.#places.get(name);
    if (known?.isConnected) return known as T;
    const found = this.root.querySelector<T>(`[part~="${name}"]`)!;
    if (found) this.#places.set(name, found);
    return found;
  }

  heading(): HTMLElement {
    return h("div", { part: "label" }, this.label);
  }

  /** Asks for `render`. */
  changed(): void {
    if (this.#isGenerated) drawSoon(this);
  }

  // Called by the page

  connectedCallback(): void {
    if (!this.#isGenerated) this.guard(() => this.generate());
    this.#isGenerated = true;
    this.#follow();
    this.changed();
  }

  disconnectedCallback(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.#isGenerated || !this.isConnected) return;
    this.#isLabelled = false;
    if (/^(device|type|topic|history)$/.test(name)) this.follow();
    this.changed();
  }

  /** Begins anew, with the topics of now. */
  follow(): void {
    this.value = undefined;
    this.meta = null;
    this.#again();
  }

  #again(): void {
    this.disconnectedCallback();
    this.#newest.clear();
    this.clear();
    this.#follow();
  }

  draw(): void {
    if (!this.#isLabelled) this.#showLabel();
    this.guard(() => this.render());
    // The clock looks once a second, at what waits too; in between only what was not well may be, and bounds are watched.
    const isNews = this.#isBounded || this.getAttribute("state") !== "fresh";
    if (isNews && (this.meta || this.#ends.length === 0)) this.tick();
  }

  #showLabel(): void {
    this.#isLabelled = true;
    this.#isBounded = this.hasAttribute("low") || this.hasAttribute("high");
    if (this.place("label")) setText(this.place("label"), this.label);
  }

  /** A fault of one component is told in the console and leaves the others alone. */
  guard(work: () => void): void {
    try {
      work();
    } catch (fault) {
      this.#isFaulty = true;
      console.error(fault);
    }
  }

  /** Its age, once a second. */
  tick(): void {
    const age = judge(this.meta, staleAfterMs(this), source().state);
    setAttribute(this, "state", this.#isFaulty ? "fault" : age.state);
    const place = this.place("age");
    if (place) setText(place, age.text);
    this.#alarm.judge(this.meta ? soleNumber(this.value)?.number : undefined);
  }

  #follow(): void {
    const receiver = { reading: (reading: Meta & { value: unknown }) => this.#take(reading), gap: () => this.#again() };
    const topics = this.topics;
    const limit = this.number("history", (this.constructor as typeof GhComponent).history);
    if (topics.length > 0) this.#ends = [watchAge(this), historyOf(topics, limit, receiver)];
  }

  #take(reading: Meta & { readonly value: unknown }): void {
    const newest = this.#newest.get(reading.topic);
    if (newest && !isNewer(reading, newest)) return;
    this.#newest.set(reading.topic, reading);
    this.value = fieldOf(reading.value, this.text("field"));
    this.meta = reading;
    this.guard(() => this.receive(this.value, reading));
    this.changed();
  }
}

/** `position.latitude` of an object; undefined where it has none. */
function fieldOf(value: unknown, path: string): unknown {
  if (path === "") return value;
  return path.split(".").reduce<unknown>((inner, name) => Object(inner)[name], value);
}

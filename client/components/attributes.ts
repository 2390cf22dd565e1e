/** What a component's attributes say: its device, its topics, its numbers. */
import { splitTopic, topicOf } from "../../lib/store/topic.ts";
import { deviceOfPage } from "./page-source.ts";
import { dataTopics } from "./view-of-page.ts";

/** The type of what a flow tells the view. */
const VIEW_DATA = "$data";

export class AttributedElement extends HTMLElement {
  get device(): string {
    return (
      this.getAttribute("device") ?? this.parentElement?.closest("[device]")?.getAttribute("device") ?? deviceOfPage()
    );
  }

  /** Topics that it follows: `topic` is one, whatever is in its name; `type` may be several, and each may be a topic in full, or what the view's flow tells. */
  get topics(): string[] {
    const topic = this.getAttribute("topic");
    if (topic) return [topic];
    const types = this.text("type")
      .split(/[\s,]+/)
      .filter(Boolean);
    return types.flatMap((type) => this.#topicsOf(type)).filter((topic) => splitTopic(topic));
  }

  #topicsOf(type: string): string[] {
    if (type === VIEW_DATA) return dataTopics();
    return [type.includes("/") ? type : topicOf(this.device, type)];
  }

  /** An attribute, or an empty text. */
  text(name: string): string {
    return this.getAttribute(name) ?? "";
  }

  /** An attribute's number; the fallback where it is none. */
  number(name: string, fallback = Number.NaN): number {
    const text = this.text(name).trim();
    return text === "" || Number.isNaN(Number(text)) ? fallback : Number(text);
  }

  get label(): string {
    return this.getAttribute("label") ?? [this.text("type"), this.text("field")].filter(Boolean).join(" ");
  }
}

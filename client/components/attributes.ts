/** What a component's attributes say: its device, its topics, its numbers. */
import { elementOfType } from "../../lib/records/element-names.ts";
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
    return this.words("type")
      .flatMap((type) => this.#topicsOf(type))
      .filter((topic) => splitTopic(topic));
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

  /** What an attribute lists. */
  words(name: string): string[] {
    return this.text(name)
      .split(/[\s,]+/)
      .filter(Boolean);
  }

  /** Where nothing is said, what it follows or sends: `Temperature, humidity`. An address stays as it is. */
  get label(): string {
    const given = this.getAttribute("label");
    if (given !== null) return given;
    const types = this.words("type").filter((type) => type !== VIEW_DATA);
    const names = types.map(elementOfType).join(", ") || this.text("topic") || this.text("command");
    const text = `${names} ${this.text("field")}`.replaceAll("_", " ").trim();
    return text.includes("/") ? text : text.charAt(0).toUpperCase() + text.slice(1);
  }
}

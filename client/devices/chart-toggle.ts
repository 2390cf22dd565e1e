/** A button in the card of a number that opens a chart below it. */
import { h } from "../dom.ts";
import { component } from "./component.ts";

/** How many readings a chart of a device's page begins with. */
const HISTORY = "2000";

export function chartToggle(card: HTMLElement, topic: string, type: string): HTMLElement {
  const button = h("button", { type: "button", class: "chart-toggle", "aria-expanded": "false" }, "Chart");
  button.append(h("span", { class: "unseen" }, ` of ${type}`));
  let chart: HTMLElement | null = null;
  button.addEventListener("click", () => {
    if (chart) chart.remove();
    chart = chart ? null : component("gh-chart", { topic, history: HISTORY, plain: "", label: "" });
    if (chart) card.append(chart);
    button.setAttribute("aria-expanded", String(chart !== null));
    card.classList.toggle("charted", chart !== null);
  });
  return button;
}

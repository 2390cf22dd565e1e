/** A button in the card of a number that opens a chart below it. */
import { h, svg } from "../dom.ts";
import { component } from "./component.ts";

/** How many readings a chart of a device's page begins with. */
const HISTORY = "2000";

export function chartToggle(card: HTMLElement, topic: string, type: string): HTMLElement {
  const button = h("button", { type: "button", class: "chart-toggle", "aria-expanded": "false", title: "Chart" });
  const icon = svg(
    "svg",
    { viewBox: "0 0 16 16", "aria-hidden": "true" },
    svg("path", { d: "M2 2v12h12M4.5 10l3-3.5 2.5 2L14 4" }),
  );
  button.append(icon, h("span", { class: "unseen" }, `Chart of ${type}`));
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

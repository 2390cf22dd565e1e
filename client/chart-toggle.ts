/** A button in the card of a number that opens a chart below it; the components are loaded when it is first pressed. */
import type { Card } from "./card.ts";
import { h, setText } from "./dom.ts";

/** How many readings a chart of a device's page begins with. */
const HISTORY = "2000";

/** `clientUrl` is the script of the components. */
export function addChartToggle(card: Card, device: string, clientUrl: string): void {
  const button = h("button", { type: "button", class: "chart-toggle", "aria-expanded": "false" }, "Chart");
  const name = h("span", { class: "unseen" }, ` of ${card.type}`);
  button.append(name);
  let chart: HTMLElement | null = null;
  button.addEventListener("click", () => {
    if (chart) chart.remove();
    chart = chart ? null : openChart(card, device, clientUrl);
    button.setAttribute("aria-expanded", String(chart !== null));
    card.element.classList.toggle("charted", chart !== null);
  });
  card.element.querySelector("header")!.append(button);
}

function openChart(card: Card, device: string, clientUrl: string): HTMLElement {
  const attributes = { device, type: card.type, history: HISTORY, stale: "never", plain: "", label: "" };
  const chart = document.createElement("gh-chart");
  for (const [name, value] of Object.entries(attributes)) chart.setAttribute(name, value);
  card.element.append(chart);
  import(clientUrl).catch(() => setText(chart, "The chart cannot be loaded."));
  return chart;
}

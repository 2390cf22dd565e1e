/** The endpoints that sessions are open on: how many, and what went in and out. */
import { find, h } from "../dom.ts";
import { type Metric, ofName } from "../metrics.ts";

export interface Endpoint {
  readonly name: string;
  readonly open: number;
  readonly waiting: number;
  readonly received: number;
  readonly sent: number;
}

export function endpointsIn(metrics: readonly Metric[]): Endpoint[] {
  const messages = ofName(metrics, "gatehouse_session_messages_total");
  const amountOf = (some: readonly Metric[], where: string) =>
    some.filter(({ labels }) => labels.where === where).reduce((sum, { value }) => sum + value, 0);
  const going = (direction: string) => messages.filter(({ labels }) => labels.direction === direction);
  return ofName(metrics, "gatehouse_sessions_open").map(({ labels: { where = "" }, value: open }) => ({
    name: where.replace(/^session-endpoint:/, ""),
    open,
    waiting: amountOf(ofName(metrics, "gatehouse_session_waiting"), where),
    received: amountOf(going("in"), where),
    sent: amountOf(going("out"), where),
  }));
}

export function showEndpoints(endpoints: readonly Endpoint[]): void {
  const amount = (number: number) => h("td", { class: "amount" }, String(number));
  const rows = endpoints.map(({ name, open, received, sent }) =>
    h("tr", {}, h("th", { scope: "row" }, name), amount(open), amount(received), amount(sent)),
  );
  find(".endpoints tbody").replaceChildren(...rows);
  find(".endpoints").hidden = rows.length === 0;
  find(".endpoints-none").hidden = rows.length > 0;
}

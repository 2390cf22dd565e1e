/** Prometheus' text as the hub writes it. */
import should from "should";
import { ofName, parseMetrics, sumOf } from "../../client/metrics.ts";
import { metricsText } from "../../nodes/sse-hub/metrics-text.ts";

describe("metrics", () => {
  it("come out as the hub put them in, whatever their labels", () => {
    const samples = [
      { name: "gatehouse_sse_clients", labels: {}, value: 3 },
      {
        name: "gatehouse_dropped_total",
        labels: { where: 'a "b" \\ {c}, d="e"\nf\u2028g', reason: "full" },
        value: 12.5,
      },
      { name: "gatehouse_dropped_total", labels: { where: "x", reason: "" }, value: 1e21 },
    ];
    should(parseMetrics(metricsText(samples))).deepEqual(samples);
  });

  it("are found and added up by name", () => {
    const metrics = parseMetrics('# TYPE a counter\na{x="1"} 2\na{x="2"} 3\nb 4\n\nnonsense\n');
    should(ofName(metrics, "a").map(({ labels }) => labels.x)).deepEqual(["1", "2"]);
    should(sumOf(metrics, "a")).equal(5);
    should(sumOf(metrics, "none")).equal(0);
  });
});

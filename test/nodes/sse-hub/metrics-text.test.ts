/** Prometheus' text format. */
import "should";
import { metricsText } from "../../../nodes/sse-hub/metrics-text.ts";

describe("metrics text", () => {
  it("gathers samples of one name below their type", () => {
    const sample = (name: string, where: string, value: number) => ({ name, labels: { where }, value });
    metricsText([
      sample("gatehouse_dropped_total", "a", 1),
      sample("gatehouse_sse_clients", "b", 2),
      sample("gatehouse_dropped_total", 'c "\\\n', 3),
    ]).should.equal(
      [
        "# TYPE gatehouse_dropped_total counter",
        'gatehouse_dropped_total{where="a"} 1',
        'gatehouse_dropped_total{where="c \\"\\\\\\n"} 3',
        "# TYPE gatehouse_sse_clients gauge",
        'gatehouse_sse_clients{where="b"} 2',
        "",
      ].join("\n"),
    );
  });
});

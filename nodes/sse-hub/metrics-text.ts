/** Samples in Prometheus' text format 0.0.4. */
import type { Sample } from "../shared/metrics.ts";

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Samples of one name stand together, below their type. */
export function metricsText(samples: readonly Sample[]): string {
  const lines = new Map<string, string[]>();
  for (const sample of samples) {
    const family = lines.get(sample.name) ?? [`# TYPE ${sample.name} ${typeOf(sample.name)}`];
    family.push(lineOf(sample));
    lines.set(sample.name, family);
  }
  return `${[...lines.values()].flat().join("\n")}\n`;
}

function typeOf(name: string): "counter" | "gauge" {
  return name.endsWith("_total") ? "counter" : "gauge";
}

function lineOf({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

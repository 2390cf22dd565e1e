/** The hub's counters: Prometheus' text becomes numbers with names and labels. */
import { fetchOk } from "./api.ts";

export interface Metric {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/gs;

export async function fetchMetrics(base: string): Promise<Metric[]> {
  return parseMetrics(await (await fetchOk(`${base}/metrics`, "text/plain")).text());
}

/** Lines that are none are passed over. */
export function parseMetrics(text: string): Metric[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels: parseLabels(labels), value: Number(value) }];
  });
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(LABEL)].map(([, name, value]) => [name, unescaped(value!)]));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => (character === "n" ? "\n" : character));
}

export function ofName(metrics: readonly Metric[], name: string): Metric[] {
  return metrics.filter((metric) => metric.name === name);
}

export function sumOf(metrics: readonly Metric[], name: string): number {
  return ofName(metrics, name).reduce((sum, { value }) => sum + value, 0);
}

/** Series as a table for spreadsheets (RFC 4180): a row for each moment, a column for each series. */
import type { Point } from "../series.ts";

interface Named {
  readonly name: string;
  readonly points: readonly Point[];
}

export function csvOf(series: readonly Named[]): string {
  const rows = new Map<number, string[]>();
  series.forEach(({ points }, column) => {
    for (const { time, value } of points) {
      const row = rows.get(time) ?? series.map(() => "");
      row[column] = String(value);
      rows.set(time, row);
    }
  });
  const head = ["time", ...series.map(({ name }) => name)];
  const body = [...rows].sort(([a], [b]) => a - b).map(([time, cells]) => [timeText(time), ...cells]);
  return [head, ...body].map((cells) => `${cells.map(cellOf).join(",")}\r\n`).join("");
}

function timeText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}

/** A spreadsheet takes a text that begins with one of these for a formula, unless it is a number. */
function cellOf(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export function downloadText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[^\w.-]+/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

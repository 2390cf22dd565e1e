/** The inside of charts: the first one of a page loads it. */
import { openChart } from "./chart/body.ts";
import type { Bodies } from "./components/lazy.ts";

export const bodies: Bodies = { "gh-chart": openChart };

/** The script of charts: the first one of a page loads it. */
export { openChart } from "./chart/body.ts";

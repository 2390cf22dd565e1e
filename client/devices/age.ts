/** How long ago something was, in words that follow the clock. */
import { serverNow } from "../api.ts";
import { setAttribute, setText } from "../dom.ts";
import { formatAge, formatTime } from "../format.ts";

export function showAge(element: HTMLTimeElement, time: number): void {
  const now = serverNow();
  setText(element, formatAge(now - time));
  const moment = new Date(time);
  setAttribute(element, "datetime", Number.isFinite(moment.getTime()) ? moment.toISOString() : "");
  setAttribute(element, "title", formatTime(time, now));
}

/** The traffic log on the page: lines as a terminal has them, a filter, a pause. */
import { find, h, onFrame, setAttribute, setText } from "../dom.ts";
import { clockTime } from "../format.ts";
import { type Direction, type TrafficLine, TrafficLog } from "./traffic-log.ts";

/** What is said of each direction to who does not see the arrow. */
const DIRECTIONS: Readonly<Record<Direction, readonly [string, string]>> = {
  in: ["→", "from the module"],
  out: ["←", "to the module"],
  client: ["⇄", "client program"],
  note: ["•", "note"],
};

const NEAR_END_PX = 40;

export interface TrafficView {
  add(text: string, time: number): void;
  /** The page has just become visible. */
  draw(): void;
}

export function trafficView(): TrafficView {
  const log = new TrafficLog();
  const [list, box] = [find(".traffic"), find(".traffic-box")];
  const pause = find<HTMLButtonElement>("#pause");
  const filter = find<HTMLInputElement>("#traffic-filter");
  let isFollowing = true;
  const draw = onFrame(() => {
    const lines = log.shown();
    update(list, lines);
    setText(pause, log.isPaused ? resumeText(log.held) : "Pause");
    setAttribute(pause, "aria-pressed", String(log.isPaused));
    const nothing = filter.value.trim() === "" ? "Nothing yet." : "No line has these words.";
    setText(find(".traffic-none"), lines.length > 0 ? "" : nothing);
    if (isFollowing) box.scrollTop = box.scrollHeight;
  });
  // Who reads further up is left there.
  box.addEventListener("scroll", () => {
    isFollowing = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
  });
  pause.addEventListener("click", () => {
    if (log.isPaused) log.resume();
    else log.pause();
    draw();
  });
  find("#clear").addEventListener("click", () => {
    log.clear();
    draw();
  });
  filter.addEventListener("input", () => {
    log.filter(filter.value);
    draw();
  });
  draw();
  return {
    add(text, time) {
      log.add(text, time);
      draw();
    },
    draw,
  };
}

function resumeText(held: number): string {
  return held === 0 ? "Resume" : `Resume, ${held} new`;
}

/** Lines are only ever added at the end and taken from the beginning, unless the filter is another. */
function update(list: HTMLElement, lines: readonly TrafficLine[]): void {
  const wanted = new Set(lines.map(({ number }) => String(number)));
  for (const element of [...list.children] as HTMLElement[]) {
    if (!wanted.delete(element.dataset.number!)) element.remove();
  }
  if (wanted.size === 0) return;
  const last = Number((list.lastElementChild as HTMLElement | null)?.dataset.number ?? 0);
  const added = lines.filter(({ number }) => wanted.has(String(number)));
  if (added[0]!.number > last) list.append(...added.map(lineOf));
  else list.replaceChildren(...lines.map(lineOf));
}

function lineOf({ number, time, direction, text }: TrafficLine): HTMLElement {
  const [arrow, words] = DIRECTIONS[direction];
  return h(
    "li",
    { "data-number": String(number), "data-direction": direction },
    h("span", { class: "log-time" }, clockTime(time)),
    h("span", { class: "arrow" }, h("span", { "aria-hidden": "true" }, arrow), h("span", { class: "unseen" }, words)),
    h("span", { class: "words" }, text),
  );
}

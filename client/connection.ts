/** What every page shows of its connection: the indicator, and what was missed. */
import { announce } from "./announce.ts";
import { find, h, setAttribute, setText } from "./dom.ts";
import type { StreamState } from "./event-stream.ts";
import { clockTime } from "./format.ts";

/** A loss shorter than this is not worth a word. */
const PATIENCE_MS = 3_000;

export interface Connection {
  state(state: StreamState): void;
  gap(): void;
}

export function connectionIndicator(): Connection {
  const indicator = find(".connection");
  let present: StreamState = { name: "connecting", since: 0, message: "" };
  let said = "live";
  const show = () => {
    setAttribute(indicator, "data-state", present.name);
    setText(indicator, stateText(present, Date.now()));
    setAttribute(indicator, "title", present.message);
  };
  const sayIt = () => {
    show();
    if (present.name === said || present.name === "connecting") return;
    said = present.name;
    announce(said === "live" ? "Connected again" : stateText(present, Date.now()));
  };
  return {
    state(state) {
      present = state;
      show();
      showRefusal(state);
      setTimeout(sayIt, state.name === "live" ? 0 : PATIENCE_MS);
    },
    gap: () => showGap(),
  };
}

export function stateText({ name, since }: StreamState, now: number): string {
  if (name === "live") return "Live";
  if (name === "connecting") return "Connecting";
  if (name === "refused") return "No access";
  return now - since < PATIENCE_MS ? "Reconnecting" : `Lost since ${clockTime(since)}`;
}

/** A page that has its data keeps showing it when the stream is refused; one that has none says so in its place. */
function showRefusal({ name, message }: StreamState): void {
  if (name !== "refused") document.querySelector(".notice.refusal")?.remove();
  else if (document.body.dataset.loaded)
    showNotice("refusal", `No live readings any more. The server says: ${message}`);
}

function showGap(): void {
  const time = clockTime(Date.now());
  showNotice(
    "gap",
    `Some readings were missed before ${time}: the server no longer has them. What is shown is current.`,
  );
}

/** Stays until it is closed; a second one of its kind takes its place. */
function showNotice(kind: string, text: string): void {
  const close = h("button", { type: "button" }, "Dismiss");
  const notice = h("div", { class: `notice ${kind}` }, h("p", {}, text), close);
  close.addEventListener("click", () => {
    notice.remove();
    find("main").focus();
  });
  document.querySelector(`.notice.${kind}`)?.remove();
  find("main").prepend(notice);
}

/** In the place of the page's content: what is wrong in the server's words, and a way on. */
export function showFault(place: HTMLElement, title: string, message: string, retry: () => void): void {
  const button = h("button", { type: "button" }, "Try again");
  button.addEventListener("click", retry);
  place.replaceChildren(h("div", { class: "panel" }, h("h2", {}, title), h("p", {}, message), button));
}

export function faultTitle(status: number): string {
  if (status === 401 || status === 403) return "You may not read this";
  return status === 0 ? "The server does not answer" : "The server answered with a fault";
}

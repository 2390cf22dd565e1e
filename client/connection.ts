/** What every page shows of its connection: the indicator, what was missed, and the one live region. */
import { find, h, setAttribute, setText } from "./dom.ts";
import type { StreamGap, StreamState } from "./event-stream.ts";
import { clockTime } from "./format.ts";

/** A loss shorter than this is not worth a word. */
const PATIENCE_MS = 3_000;

export interface Connection {
  state(state: StreamState): void;
  gap(gap: StreamGap): void;
  /** Says it politely to who cannot see it; texts of the same moment are one. */
  announce(text: string): void;
  /** Milliseconds since 1970 of the loss, while the stream is lost. */
  lostAt(): number | null;
}

export function connectionIndicator(): Connection {
  const indicator = find(".connection");
  const announcer = find("[role=status]");
  let present: StreamState = { name: "connecting", since: 0, message: "" };
  let said = "live";
  const connection: Connection = {
    state(state) {
      present = state;
      setAttribute(indicator, "data-state", state.name);
      setText(indicator, stateText(state));
      setAttribute(indicator, "title", state.message);
      setTimeout(sayIt, state.name === "live" ? 0 : PATIENCE_MS);
    },
    gap: () => showGap(),
    announce: (text) => setText(announcer, text),
    lostAt: () => (present.name === "live" || present.name === "connecting" ? null : present.since),
  };
  function sayIt(): void {
    if (present.name === said || present.name === "connecting") return;
    said = present.name;
    connection.announce(said === "live" ? "Connected again" : stateText(present));
  }
  return connection;
}

export function stateText(state: StreamState): string {
  switch (state.name) {
    case "live":
      return "Live";
    case "connecting":
      return "Connecting";
    case "reconnecting":
      return `Lost since ${clockTime(state.since)}, reconnecting`;
    case "refused":
      return `Refused: ${state.message}`;
  }
}

/** Stays until it is closed; a second gap takes the place of the first. */
function showGap(): void {
  const close = h("button", { type: "button" }, "Dismiss");
  const text = `Some readings were missed before ${clockTime(Date.now())}: the server no longer has them. What is shown is current.`;
  const notice = h("div", { class: "notice" }, h("p", {}, text), close);
  close.addEventListener("click", () => {
    notice.remove();
    find("main").focus();
  });
  document.querySelector(".notice")?.remove();
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

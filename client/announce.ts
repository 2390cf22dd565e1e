/** The page's one live region: says politely to who cannot see it what has happened. */
import { h, setText } from "./dom.ts";

/** What happens together is said together. */
const TOGETHER_MS = 200;
const MOST = 5;

let waiting: string[] = [];

export function announce(text: string): void {
  if (waiting.push(text) > 1) return;
  setTimeout(() => {
    const more = waiting.length > MOST ? [`and ${waiting.length - MOST} more`] : [];
    setText(region(), [...waiting.slice(0, MOST), ...more].join(". "));
    waiting = [];
  }, TOGETHER_MS);
}

/** A page of ours has one; another gets one. */
function region(): Element {
  const known = document.querySelector("body > [role=status]");
  if (known) return known;
  const made = h("p", { class: "unseen", role: "status" });
  document.body.append(made);
  return made;
}

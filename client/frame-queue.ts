/** Draws what has changed once in a frame, however often it changed before: of many, half in each; what is out of sight in every few. */

interface Drawn extends Element {
  draw(): void;
}

/** At 60 frames a second 20 times: who searches the page, or has it read aloud, finds it up to date. */
const UNSEEN_FRAMES = 3;
/** So many are drawn in one frame; of more the half that has waited longest: nobody reads so many numbers faster. */
const AT_ONCE = 24;
/** What is about to be scrolled into sight counts as seen. */
const MARGIN = "25%";

const changed = new Set<Drawn>();
/** Whether it is in sight, of all that was drawn before. */
const sight = new WeakMap<Element, boolean>();
let frames = 0;
let observer: IntersectionObserver | undefined;

export function drawSoon(drawn: Drawn): void {
  if (changed.size === 0) requestAnimationFrame(drawAll);
  changed.add(drawn);
}

/** What changes while it draws is drawn in the next frame. */
function drawAll(): void {
  const isForAll = ++frames % UNSEEN_FRAMES === 0;
  const wanted = [...changed].filter((drawn) => isForAll || sight.get(drawn) !== false);
  const due = wanted.slice(0, Math.max(AT_ONCE, wanted.length / 2));
  for (const drawn of due) changed.delete(drawn);
  if (changed.size > 0) requestAnimationFrame(drawAll);
  for (const drawn of due) {
    if (!sight.has(drawn)) watchSight(drawn);
    drawn.draw();
  }
}

function watchSight(drawn: Drawn): void {
  observer ??= new IntersectionObserver(noteSight, { rootMargin: MARGIN });
  sight.set(drawn, true);
  observer.observe(drawn);
}

function noteSight(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) sight.set(target, isIntersecting);
}

/** Draws what has changed once in a frame, however often it changed before. */

interface Drawn {
  draw(): void;
}

const changed = new Set<Drawn>();

export function drawSoon(drawn: Drawn): void {
  if (changed.size === 0) requestAnimationFrame(drawAll);
  changed.add(drawn);
}

/** What changes while it draws is drawn in the next frame. */
function drawAll(): void {
  const due = [...changed];
  changed.clear();
  for (const drawn of due) drawn.draw();
}

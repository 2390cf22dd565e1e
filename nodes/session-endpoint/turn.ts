/** The turns of the event loop, as all sessions share them: which one this is, and what is done at its end. */

let turn = 0;
/** Null while nobody has asked for the present turn. */
let due: (() => void)[] | null = null;

/** The same number within one turn. */
export function currentTurn(): number {
  awaitEnd();
  return turn;
}

export function atTurnEnd(perform: () => void): void {
  awaitEnd().push(perform);
}

function awaitEnd(): (() => void)[] {
  if (due) return due;
  setImmediate(end);
  due = [];
  return due;
}

function end(): void {
  const performs = due!;
  due = null;
  turn++;
  for (const perform of performs) perform();
}

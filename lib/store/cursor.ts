/** Cursors `<epoch>-<sequence>`: a position in one store's stream, minted at the append and carried to the browser. */

export interface Position {
  readonly epoch: string;
  readonly sequence: number;
}

const CURSOR = /^([0-9a-z]{1,32})-(\d{1,16})$/;

export function formatCursor(epoch: string, sequence: number): string {
  return `${epoch}-${sequence}`;
}

/** Null where the text is no cursor. */
export function parseCursor(text: string): Position | null {
  const match = CURSOR.exec(text);
  if (!match) return null;
  const sequence = Number(match[2]);
  return Number.isSafeInteger(sequence) ? { epoch: match[1]!, sequence } : null;
}

/** 0, before all that a store holds, where the text is no cursor. */
export function sequenceOf(cursor: string): number {
  return parseCursor(cursor)?.sequence ?? 0;
}

/** The content of a monitoring page takes the place of its first word. */
import { settle } from "../devices/settle.ts";
import { find } from "../dom.ts";

export function showBoard(): void {
  const board = find(".board");
  if (!board.hidden) return;
  find(".content").replaceChildren();
  board.hidden = false;
  settle(board);
}

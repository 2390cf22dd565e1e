/** The routes of the registry's table in the editor; each needs a permission of the signed-in editor user. */
import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import type { TokenRegistryNode } from "../token-registry.ts";
import type { Book } from "./book.ts";
import { accountsOf } from "./table.ts";

/** What is asked for, from outside: nothing of it is checked yet. */
type Asked = Readonly<Record<string, unknown>>;
type Action = (book: Book, asked: Asked) => Promise<unknown>;

const PATH = "/gatehouse/token-registry/:id";
const READ = "gh-token-registry.read";
const WRITE = "gh-token-registry.write";
const UNSUPPORTED = 415;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MAX_DAYS = 36_500;
const MAX_OVERLAP_H = 24 * 30;

const ACTIONS: Readonly<Record<string, Action>> = {
  accounts: ({ desk }, { name, label, scopes, password }) =>
    desk.save({ name, label, scopes, password }).then(({ name: saved }) => ({ name: saved })),
  mint: ({ desk }, { days, name, label, scopes, password }) =>
    desk.mint({ name, label, scopes, password }, expiryOf(days)),
  rotate: ({ desk }, { name, days, overlapH }) =>
    desk.rotate(String(name), expiryOf(days), number("overlapH", overlapH, 0, MAX_OVERLAP_H, 24) * HOUR_MS),
  revoke: ({ desk }, { token }) => desk.revoke(String(token)),
  remove: ({ desk }, { name }) => desk.remove(String(name)),
};

export function serveTable(RED: NodeAPI): void {
  const bookOf = (request: Request): Book | null => {
    const node = RED.nodes.getNode(String(request.params.id)) as TokenRegistryNode | null;
    return node?.type === "gh-token-registry" ? node.book : null;
  };
  RED.httpAdmin.get(PATH, RED.auth.needsPermission(READ), (request, response) =>
    answer(bookOf(request), response, async (book) => accountsOf(book, Date.now())),
  );
  for (const [name, action] of Object.entries(ACTIONS)) {
    RED.httpAdmin.post(`${PATH}/${name}`, RED.auth.needsPermission(WRITE), (request, response) => {
      if (!request.is("application/json")) refuseForm(response);
      else void answer(bookOf(request), response, (book) => action(book, (request.body ?? {}) as Asked));
    });
  }
}

/** A page of elsewhere can send a form without asking; JSON it cannot. */
function refuseForm(response: Response): void {
  response.status(UNSUPPORTED).json({ error: "not-json", message: "The content type must be application/json." });
}

async function answer(book: Book | null, response: Response, act: (book: Book) => Promise<unknown>): Promise<void> {
  // A token may stand in the answer.
  response.set("Cache-Control", "no-store");
  if (!book) return void response.status(404).json({ error: "not-deployed" });
  try {
    response.json((await act(book)) ?? {});
  } catch (error) {
    const isWrong = error instanceof RangeError;
    response
      .status(isWrong ? 400 : 503)
      .json({ error: isWrong ? "invalid" : "failed", message: (error as Error).message });
  }
}

/** Empty: never. */
function expiryOf(days: unknown): number | null {
  if (days === undefined || days === null || days === "") return null;
  return Date.now() + number("days", days, 0, MAX_DAYS, 0) * DAY_MS;
}

function number(name: string, given: unknown, least: number, most: number, fallback: number): number {
  if (given === undefined || given === null || given === "") return fallback;
  const value = Number(given);
  if (value >= least && value <= most) return value;
  throw new RangeError(`"${name}" must be ${least}..${most}`);
}

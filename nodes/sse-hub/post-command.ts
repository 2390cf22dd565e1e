/** Answers `POST /commands`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendError, sendJson } from "./answers.ts";
import type { IntakeAnswer } from "./command-intake.ts";
import { readJsonBody } from "./read-body.ts";

/** As a frame of the WebSocket may have. */
export const MAX_COMMAND_BYTES = 64 * 1024;

/** `submit` hears of a body that is JSON. */
export async function postCommand(
  request: IncomingMessage,
  response: ServerResponse,
  submit: (body: unknown) => Promise<IntakeAnswer>,
): Promise<void> {
  const read = isTooLong(request) ? null : await readJsonBody(request, MAX_COMMAND_BYTES);
  if (read === null) {
    const message = `A command has ${MAX_COMMAND_BYTES} bytes at most.`;
    return sendError(response, 413, "too-large", message, { Connection: "close" });
  }
  if ("fault" in read)
    return sendError(response, 400, "bad-request", `The body is no JSON that is taken: ${read.fault}.`);
  const answer = await submit(read.value);
  if ("id" in answer) return sendJson(response, 202, answer);
  const { status, error, message, retryAfterS } = answer;
  sendError(response, status, error, message, retryAfterS === undefined ? {} : { "Retry-After": String(retryAfterS) });
}

function isTooLong({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > MAX_COMMAND_BYTES;
}

/** Answers `POST /commands`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { faultOf, type Read, readJson } from "../../lib/json/safe-json.ts";
import { sendError, sendJson } from "./answers.ts";
import type { IntakeAnswer } from "./command-intake.ts";

/** As a frame of the WebSocket may have. */
export const MAX_COMMAND_BYTES = 64 * 1024;

const TEXT = new TextDecoder("utf-8", { fatal: true });

/** `submit` hears of a body that is JSON. */
export async function postCommand(
  request: IncomingMessage,
  response: ServerResponse,
  submit: (body: unknown) => Promise<IntakeAnswer>,
): Promise<void> {
  const read = isTooLong(request) ? null : await readBody(request);
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

/** Where the editor is served at the root, its parser has read the body before the request came here. */
async function readBody(request: IncomingMessage & { readonly body?: unknown }): Promise<Read<unknown> | null> {
  if (request.readableEnded) {
    const fault = faultOf(request.body);
    return fault === null ? { value: request.body } : { fault };
  }
  const bytes = await readBytes(request);
  return bytes && readJson(textOf(bytes));
}

/** Bytes that are no UTF-8 are no JSON either. */
function textOf(bytes: Buffer): string {
  try {
    return TEXT.decode(bytes);
  } catch {
    return "";
  }
}

/** Null where it is too long: the rest is read and thrown away, so that the answer arrives. */
function readBytes(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_COMMAND_BYTES) chunks.push(chunk);
      else resolve(null);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the request was cut off")));
  });
}

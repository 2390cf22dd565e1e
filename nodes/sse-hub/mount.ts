/** Mounts each HTTP path once for the life of the process: Express cannot take a route away, so the route looks up its owner. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Application, ErrorRequestHandler } from "express";
import { sendError } from "./answers.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Owner {
  readonly id: string;
  /** How an error speaks of it. */
  readonly label: string;
  readonly handle: Handler;
}

interface Slot {
  owner: Owner | null;
  /** Requests that came while there was none. */
  readonly waiting: Set<() => void>;
}

/** A redeploy leaves a path without an owner for a moment; a browser that comes back then waits for the next one. */
const WAIT_MS = 2000;
const BAD_REQUEST = 400;
const TOO_LARGE = 413;

const mounted = new WeakMap<object, Map<string, Slot>>();

/** Throws RangeError naming the hub that has the path. The returned function gives the path up. */
export function mount(app: Application, path: string, owner: Owner): () => void {
  const slot = slotOf(app, path);
  if (slot.owner && slot.owner.id !== owner.id) {
    throw new RangeError(`"path" ${path} is taken by ${slot.owner.label}`);
  }
  slot.owner = owner;
  // The owner is still being put together when it takes its path.
  for (const proceed of slot.waiting) setImmediate(proceed);
  return () => {
    if (slot.owner === owner) slot.owner = null;
  };
}

function slotOf(app: Application, path: string): Slot {
  const slots = mounted.get(app) ?? new Map<string, Slot>();
  mounted.set(app, slots);
  const known = slots.get(path);
  if (known) return known;
  const slot: Slot = { owner: null, waiting: new Set() };
  slots.set(path, slot);
  app.use(path, (request, response) => {
    if (slot.owner) slot.owner.handle(request, response);
    else awaitOwner(slot, request, response);
  });
  return slot;
}

function awaitOwner(slot: Slot, request: IncomingMessage, response: ServerResponse): void {
  const proceed = () => {
    clearTimeout(timer);
    if (!slot.waiting.delete(proceed)) return;
    if (slot.owner) slot.owner.handle(request, response);
    else sendError(response, 404, "not-found", "No hub serves this path now.");
  };
  const timer = setTimeout(proceed, WAIT_MS);
  slot.waiting.add(proceed);
}

const watched = new WeakMap<object, Set<string>>();

/**
 * An editor that is served at the root reads each body before the hub does, and would answer what is no JSON with a page
 * of its own. What nodes are given of it stands inside the application that reads bodies, which Express calls its parent.
 */
export function answerBodyFaults(
  ofNodes: (Application & { readonly parent?: Application }) | undefined,
  path: string,
): void {
  const editor = ofNodes?.parent;
  if (!editor) return;
  const paths = watched.get(editor) ?? new Set();
  watched.set(editor, paths);
  if (paths.has(path)) return;
  paths.add(path);
  const answer: ErrorRequestHandler = (fault: { readonly status?: number }, _request, response, _next) => {
    if (fault.status === TOO_LARGE) sendError(response, TOO_LARGE, "too-large", "The body is too large.");
    else sendError(response, BAD_REQUEST, "bad-request", "The body is no JSON that is taken.");
  };
  editor.use(path, answer);
}

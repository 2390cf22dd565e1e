/** Answers `GET /events` and `GET /elements`: the event stream of one browser. */
import type { Outcome } from "../../lib/commands/command.ts";
import type { ViewedPage } from "../../lib/sse/audience.ts";
import { type EventForm, READINGS } from "../../lib/sse/event-form.ts";
import { outcomeText, retryText, type Told } from "../../lib/sse/event-text.ts";
import type { DeliveryClass } from "../../lib/sse/published.ts";
import { readStreamRequest, type StreamRequest } from "../../lib/sse/request.ts";
import type { Access } from "./access.ts";
import { sendError } from "./answers.ts";
import { type Browser, browserId } from "./browsers.ts";
import { holdsSocket, type StreamSocket, takeSocket } from "./stream-socket.ts";
import type { Streams } from "./streams.ts";
import { viewedPages } from "./viewed-pages.ts";
import type { Views } from "./views.ts";
import type { Asked } from "./visitor.ts";

/** Browsers come back after this and up to twice this, so that a restart does not meet them all at once. */
const RETRY_MS = 1000;

interface EventsAsked extends Asked {
  readonly streams: Streams;
  readonly access: Access;
  readonly views: Views;
  readonly form?: EventForm;
}

/** Resolves when the browser follows what comes; a rejection is the caller's to answer. */
export async function serveEvents(asked: EventsAsked): Promise<void> {
  const { visitor, query, request, response, form = READINGS } = asked;
  const lastEventId = request.headers["last-event-id"];
  try {
    const wanted = readStreamRequest(query, typeof lastEventId === "string" ? lastEventId : undefined);
    asked.views.checkMayFollow(visitor, wanted.filters);
    await admit(asked, { ...wanted, form });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    sendError(response, 400, "bad-request", error.message);
  }
}

interface Admitted extends StreamRequest {
  readonly form: EventForm;
}

async function admit({ streams, access, visitor, query, request, response }: EventsAsked, wanted: Admitted) {
  const refusal = await streams.refusal();
  if (refusal?.error === "unavailable") return sendError(response, 503, refusal.error, refusal.message);
  if (refusal?.error === "closed" || !holdsSocket(request, response)) return void request.socket.destroy();
  if (refusal) return sendError(response, 503, refusal.error, refusal.message, { "Retry-After": "10" });
  const pages = viewedPages(request, query);
  const socket = takeSocket(request, response);
  access.hold(visitor, socket);
  streams.attach(socket, socket, wanted.filters, new EventBrowser(streams, socket, wanted, pages), wanted.form);
  socket.write(retryText(Math.round(RETRY_MS * (1 + Math.random()))));
  await streams.start(socket, socket, wanted);
}

class EventBrowser implements Browser {
  readonly id: string;
  readonly via = "events";
  readonly address: string;
  readonly since = Date.now();
  readonly view: string | null;
  readonly pages: readonly ViewedPage[];
  topics: readonly string[];
  readonly #streams: Streams;
  readonly #socket: StreamSocket;

  constructor(
    streams: Streams,
    socket: StreamSocket,
    { browser, filters }: StreamRequest,
    pages: readonly ViewedPage[],
  ) {
    this.address = socket.remoteAddress ?? "";
    this.id = browserId(browser, this.address);
    this.view = pages[0]?.path ?? null;
    this.pages = pages;
    this.topics = filters;
    this.#streams = streams;
    this.#socket = socket;
  }

  tell(outcome: Outcome): void {
    this.#streams.tell(this.#socket, outcomeText(outcome));
  }

  publish(told: Told, delivery: DeliveryClass): void {
    this.#streams.publishTo(this.#socket, told, delivery);
  }
}

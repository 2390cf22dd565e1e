/** Reads the fields of a session-endpoint: where, how messages are told apart, and what bounds there are. */
import type { AdmissionLimits } from "../../lib/sessions/admission.ts";
import { parseEscapes } from "../../lib/sessions/escapes.ts";
import type { LivenessLimits } from "../../lib/sessions/liveness.ts";
import { OVERFLOW_POLICIES, type OverflowPolicy } from "../../lib/sessions/send-queue.ts";
import { LINE_ENDS, parseTerminators, type Terminators } from "../../lib/sessions/terminators.ts";
import { choiceOption, type Fields, integerOption, numberOption, textOption } from "../shared/options.ts";

export type Transport = "tcp" | "ws";

export type Framing =
  | { readonly kind: "text"; readonly ends: Terminators; readonly maxBytes: number }
  | { readonly kind: "raw"; readonly idleMs: number; readonly maxBytes: number }
  /** WebSocket has messages of its own. */
  | { readonly kind: "frame"; readonly maxBytes: number };

export interface EndpointOptions {
  readonly role: "listen" | "connect";
  readonly transport: Transport;
  readonly host: string;
  readonly port: number;
  /** Whom we connect to, in one way of writing it. */
  readonly url: string;
  /** Of a WebSocket; empty: any, where we listen. */
  readonly path: string;
  /** Of the connect role; where we listen the TLS node decides. */
  readonly isSecure: boolean;
  readonly framing: Framing;
  /** Put behind each message that is sent. */
  readonly behind: Buffer;
  readonly limits: AdmissionLimits;
  readonly keepAliveMs: number;
  readonly idleMs: number;
  readonly identifyMs: number;
  readonly origins: readonly string[];
  readonly queueBytes: number;
  readonly overflow: OverflowPolicy;
}

const DEFAULT_MAX_BYTES = 65_536;
const MOST_BYTES = 64 * 1024 * 1024;
const LINE = Buffer.from("\n");
const NOTHING = Buffer.alloc(0);

/** `expand` puts in the variables that stand within a text. Throws RangeError naming the field. */
export function readEndpointOptions(fields: Fields, expand: (text: string) => string): EndpointOptions {
  const place = choiceOption(fields, "role", ["listen", "connect"], "listen") === "listen" ? readPlace : readTarget;
  const where = place(fields);
  return {
    ...where,
    framing: readFraming(fields, where.transport),
    behind: readBehind(fields, where.transport),
    ...readLimits(fields, where.role),
    origins: readOrigins(expand(textOption(fields, "origins", ""))),
    queueBytes: numberOption(fields, "queueKib", [1, 65_536], 256) * 1024,
    overflow: choiceOption(fields, "overflow", OVERFLOW_POLICIES, "close"),
  };
}

type Where = Pick<EndpointOptions, "role" | "transport" | "host" | "port" | "url" | "path" | "isSecure">;

function readPlace(fields: Fields): Where {
  return {
    role: "listen",
    transport: choiceOption(fields, "transport", ["tcp", "ws"], "tcp"),
    host: textOption(fields, "host", "127.0.0.1"),
    port: integerOption(fields, "port", [1, 65_535]),
    url: "",
    path: textOption(fields, "path", ""),
    isSecure: false,
  };
}

const SCHEMES: Readonly<Record<string, readonly [Transport, boolean]>> = {
  "tcp:": ["tcp", false],
  "tls:": ["tcp", true],
  "ws:": ["ws", false],
  "wss:": ["ws", true],
};

function readTarget(fields: Fields): Where {
  return targetOf(textOption(fields, "url"));
}

/** Where a URL leads. Throws RangeError where it is none for an endpoint. */
export function targetOf(text: string): Where {
  const url = URL.canParse(text) ? new URL(text) : null;
  const scheme = url && SCHEMES[url.protocol];
  const port = Number(url?.port) || standardPort(url?.protocol);
  if (!scheme || port === 0 || url.hostname === "" || url.username !== "" || url.password !== "") {
    throw new RangeError(`"url" must be tcp://host:port, tls://host:port, ws://host:port/path or wss://…, got ${text}`);
  }
  const [transport, isSecure] = scheme;
  // An IPv6 address stands in brackets in a URL, not in a socket's options.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const path = url.pathname + url.search;
  const plain = `${url.protocol}//${url.hostname}:${port}${transport === "ws" ? path : ""}`;
  return { role: "connect", transport, host, port, url: plain, path, isSecure };
}

function standardPort(protocol: string | undefined): number {
  if (protocol === "ws:") return 80;
  return protocol === "wss:" ? 443 : 0;
}

function readFraming(fields: Fields, transport: Transport): Framing {
  const maxBytes = numberOption(fields, "maxBytes", [1, MOST_BYTES], DEFAULT_MAX_BYTES);
  if (transport === "ws") return { kind: "frame", maxBytes };
  const kind = choiceOption(fields, "framing", ["line", "terminators", "raw"], "line");
  if (kind === "line") return { kind: "text", ends: LINE_ENDS, maxBytes };
  if (kind === "raw") return { kind, idleMs: numberOption(fields, "gatherMs", [0, 60_000], 0), maxBytes };
  return {
    kind: "text",
    ends: named("terminators", () => parseTerminators(textOption(fields, "terminators"))),
    maxBytes,
  };
}

/** A line has its end; other framings put nothing behind a message unless told. */
function readBehind(fields: Fields, transport: Transport): Buffer {
  if (transport === "ws") return NOTHING;
  const text = textOption(fields, "behind", "");
  if (text !== "") return named("behind", () => parseEscapes(text));
  return choiceOption(fields, "framing", ["line", "terminators", "raw"], "line") === "line" ? LINE : NOTHING;
}

function readLimits(fields: Fields, role: Where["role"]): Pick<EndpointOptions, "limits" | keyof LivenessLimits> {
  const maxSessions = integerOption(fields, "maxSessions", [1, 100_000], 4000);
  // Whom we connect to is known.
  const identifyMs = role === "listen" ? numberOption(fields, "identifyS", [0, 3600], 0) * 1000 : 0;
  const maxUnidentified = integerOption(fields, "maxUnidentified", [1, 100_000], 500);
  return {
    limits: {
      maxSessions,
      maxPerAddress: integerOption(fields, "maxPerAddress", [1, 100_000], Math.ceil(maxSessions / 2)),
      maxUnidentified: identifyMs > 0 ? maxUnidentified : Number.POSITIVE_INFINITY,
    },
    keepAliveMs: numberOption(fields, "keepAliveS", [1, 3600], 30) * 1000,
    idleMs: numberOption(fields, "idleS", [0, 86_400], 0) * 1000,
    identifyMs,
  };
}

/** Parted by blanks or commas, each as a browser sends it: no path, no slash at its end. */
function readOrigins(text: string): string[] {
  const origins = text.split(/[\s,]+/).filter((origin) => origin !== "");
  const wrong = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrong !== undefined) throw new RangeError(`"origins" must be such as http://localhost:1880, got ${wrong}`);
  return origins;
}

function named<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new RangeError(`"${field}": ${(error as Error).message}`);
  }
}

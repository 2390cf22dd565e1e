/** Whether a request comes from this machine itself: no proxy, no foreign page, no name that leads back here. */
import { plainAddress } from "../ip.ts";

export interface RequestFacts {
  readonly remoteAddress: string | undefined;
  readonly method: string;
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Why a request is refused: a word for programs, a sentence for people. */
export interface Refusal {
  readonly error: "not-this-machine" | "forwarded" | "wrong-host" | "foreign-origin" | "not-json";
  readonly message: string;
}

const ADVICE = "Open it on the machine that runs Node-RED, as http://localhost:<port>/, or through an SSH tunnel.";

/** Headers by which a proxy says that it speaks for somebody else. */
const FORWARDING: ReadonlySet<string> = new Set([
  "forwarded",
  "via",
  "cdn-loop",
  "x-real-ip",
  "x-remote-ip",
  "x-remote-addr",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-originating-ip",
  "x-envoy-external-address",
  "x-azure-clientip",
  "x-rewrite-url",
  "true-client-ip",
  "fastly-client-ip",
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "proxy-client-ip",
  "wl-proxy-client-ip",
]);

/** `x-forwarded-for` and all its relatives. */
const FORWARDING_BEGINNINGS = ["x-forwarded", "x-original-"];

const LOOPBACK_V4 = /^127(?:\.\d{1,3}){3}$/;
const HOST = /^(\[[0-9a-f:.]+\]|[^:@/?#[\]\s]+)(?::\d{1,5})?$/i;

/** Null where the request may pass. */
export function refuseOthers(request: RequestFacts): Refusal | null {
  return refuseAddress(request) ?? refuseForwarded(request) ?? refuseHost(request) ?? refuseForeign(request);
}

/** For whatever a browser carries by itself: a page of elsewhere must not make use of it. */
export function refuseForeign(request: RequestFacts): Refusal | null {
  return refuseElsewhere(request) ?? refuseForm(request);
}

/** A form of our own page may pass. */
export function refuseElsewhere(request: RequestFacts): Refusal | null {
  return refuseOrigin(request) ?? refuseSite(request);
}

function refuseAddress({ remoteAddress }: RequestFacts): Refusal | null {
  if (remoteAddress !== undefined && isLoopback(remoteAddress)) return null;
  return { error: "not-this-machine", message: `Only this machine itself may read here. ${ADVICE}` };
}

function refuseForwarded({ headers }: RequestFacts): Refusal | null {
  const name = Object.keys(headers).find(isForwarding);
  if (name === undefined) return null;
  return { error: "forwarded", message: `The request was forwarded by a proxy (header ${name}). ${ADVICE}` };
}

function isForwarding(name: string): boolean {
  return FORWARDING.has(name) || FORWARDING_BEGINNINGS.some((beginning) => name.startsWith(beginning));
}

/** A foreign name in Host means that somebody's DNS leads a browser here (rebinding). */
function refuseHost({ headers }: RequestFacts): Refusal | null {
  const host = text(headers.host);
  if (host !== undefined && isLocalHost(host)) return null;
  return { error: "wrong-host", message: `The host must be localhost or a loopback address. ${ADVICE}` };
}

function refuseOrigin({ headers }: RequestFacts): Refusal | null {
  const origin = text(headers.origin);
  const host = text(headers.host)?.toLowerCase();
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return null;
  return { error: "foreign-origin", message: `A page of another origin asks. ${ADVICE}` };
}

/** A page of another site or port may lead here by a link; it may not load from here, not even without reading it. */
function refuseSite({ method, headers }: RequestFacts): Refusal | null {
  const site = text(headers["sec-fetch-site"]);
  if (site !== "cross-site" && site !== "same-site") return null;
  const isLink = text(headers["sec-fetch-mode"]) === "navigate" && text(headers["sec-fetch-dest"]) === "document";
  if (method === "GET" && isLink) return null;
  return { error: "foreign-origin", message: `A page of another site asks. ${ADVICE}` };
}

/** What a foreign page can send without asking (a form, plain text) is never a command. */
function refuseForm({ method, headers }: RequestFacts): Refusal | null {
  if (method === "GET" || method === "HEAD") return null;
  const type = text(headers["content-type"])?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return null;
  return { error: "not-json", message: "The content type must be application/json." };
}

function text(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}

export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === "::1" || LOOPBACK_V4.test(plain);
}

function isLocalHost(host: string): boolean {
  const name = HOST.exec(host)?.[1]?.toLowerCase();
  if (name === undefined) return false;
  return name === "localhost" || name === "[::1]" || LOOPBACK_V4.test(name);
}

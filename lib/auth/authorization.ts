/** Reads a token from the headers of an HTTP request. */

interface Credentials {
  readonly token: string;
  /** With HTTP Basic: whose token or password it is said to be. */
  readonly name?: string;
}

type NamedCredentials = Credentials & { readonly name: string };

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const BEARER = /^bearer +(\S+)$/i;
const BASIC = /^basic +([A-Za-z0-9+/]+=*)$/i;
/** Where `Authorization` is taken, as by Node-RED's own password. */
const OWN_HEADER = "x-gatehouse-token";

/** Null where there are none. Names of headers in lower case, as Node gives them. */
export function readCredentials(headers: Headers): Credentials | null {
  const token = readBearer(headers);
  return token === null ? readBasic(headers) : { token };
}

/** A token that stands for itself. */
export function readBearer(headers: Headers): string | null {
  const own = headers[OWN_HEADER];
  if (typeof own === "string" && own !== "") return own;
  return BEARER.exec(String(headers.authorization ?? ""))?.[1] ?? null;
}

/** RFC 7617: name and secret as UTF-8, parted by the first colon. */
export function readBasic({ authorization }: Headers): NamedCredentials | null {
  const basic = BASIC.exec(String(authorization ?? ""));
  if (!basic) return null;
  const text = Buffer.from(basic[1]!, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? null : { name: text.slice(0, colon), token: text.slice(colon + 1) };
}

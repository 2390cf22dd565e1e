/** The one cookie of a hub: it carries a session token or a pass, to this host and path only, and no script sees it. */

const NAME = "gatehouse";

/** What the browser carries; null where it carries none. */
export function readCookie(header: string | undefined): string | null {
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === NAME) return pair.slice(equals + 1).trim() || null;
  }
  return null;
}

interface CookieOptions {
  /** The hub's path as the browser sees it. */
  readonly path: string;
  /** 0 takes the cookie away. */
  readonly maxAgeMs: number;
  /** The browser came by TLS. */
  readonly isSecure: boolean;
}

/** A `Set-Cookie` header. */
export function cookieText(value: string, { path, maxAgeMs, isSecure }: CookieOptions): string {
  const maxAge = Math.max(0, Math.floor(maxAgeMs / 1000));
  return `${NAME}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}

/** The page that a browser gets in the place of one that needs a token: a form, and no script. */
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { AccessRefusal } from "./access.ts";
import { CONTENT_SECURITY_POLICY, send } from "./answers.ts";
import { escaped } from "./html.ts";

/** The client's own style stands behind the token that is asked for here. */
const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
form { display: grid; gap: 0.75rem; width: min(20rem, 90vw); }
h1 { font-size: 1.25rem; margin: 0; }
p { margin: 0; }
label { display: grid; gap: 0.25rem; }
input, button { font: inherit; padding: 0.5rem; }
`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy": `${CONTENT_SECURITY_POLICY}; style-src 'sha256-${STYLE_HASH}'; form-action 'self'`,
};

/** `to` is where the browser wanted to go, below the hub's path `base`. */
export function sendSignInPage(response: ServerResponse, refusal: AccessRefusal, base: string, to: string): void {
  // Basic would make the browser ask by itself, in a window that it never forgets.
  const { "WWW-Authenticate": _, ...headers } = refusal.headers;
  send(response, refusal.status, pageOf(refusal.message, base, to), { ...HEADERS, ...headers });
}

function pageOf(message: string, base: string, to: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in · Gatehouse</title><style>${STYLE}</style></head>
<body><main><form method="post" action="${escaped(base)}/token">
<h1>Sign in</h1>
<p role="status">${escaped(message)}</p>
<label>User or device <input name="user" autocomplete="username" required autofocus></label>
<label>Password or token <input name="password" type="password" autocomplete="current-password" required></label>
<input type="hidden" name="to" value="${escaped(to)}">
<button>Sign in</button>
</form></main></body>
</html>
`;
}

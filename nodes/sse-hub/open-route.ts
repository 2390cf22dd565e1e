/** The Open buttons of the hub's and the views' forms: the signed-in user of the editor gets the pages in one click. */
import type { NodeAPI } from "node-red";
import { readViewPath } from "../../lib/sse/view-path.ts";
import { invite } from "./door.ts";
import { THIS_MACHINE } from "./visitor.ts";

/** Who may change the flow may do what it lets others do. */
export function serveOpenButton(RED: NodeAPI): void {
  const path = "/gatehouse/sse-hub/:id/ticket";
  RED.httpAdmin.post(path, RED.auth.needsPermission("gh-sse-hub.write"), (request, response) => {
    const page = String(request.query.page ?? "/");
    const url = invite(String(request.params.id), THIS_MACHINE, readViewPath(page) ? page : "/");
    response.set("Cache-Control", "no-store");
    if (url === null) response.status(404).json({ error: "not-deployed" });
    else response.json({ url });
  });
}

/** The list of ports in the editor, from a whole Node-RED: what it holds, and who may read it. */
import { createRequire } from "node:module";
import should from "should";
import { type NodeRed, startNodeRed } from "../../support/node-red.ts";

const require = createRequire(import.meta.url);
const { hashSync } = require("bcryptjs") as { hashSync(text: string, rounds: number): string };

const FLOW = [
  { id: "tab", type: "tab", label: "ports" },
  { id: "simulator", z: "tab", x: 0, y: 0, type: "gh-device-simulator", target: "sim:listed" },
];
const PATH = "/gatehouse/uart-ports";
const USER = { username: "reader", password: "only a test" };

describe("list of ports", () => {
  let runtime: NodeRed | undefined;
  afterEach(() => runtime?.stop());

  it("names the simulators", async () => {
    runtime = await startNodeRed({ flow: FLOW });
    const response = await fetch(runtime.origin + PATH);
    should(await response.json()).containDeep([{ device: "sim:listed", label: "" }]);
  });

  it("is for those alone who may read it", async () => {
    const users = [{ username: USER.username, password: hashSync(USER.password, 4), permissions: "read" }];
    runtime = await startNodeRed({ flow: FLOW, settings: { adminAuth: { type: "credentials", users } } });
    should((await fetch(runtime.origin + PATH)).status).equal(401);
    const answer = await fetch(`${runtime.origin}/auth/token`, {
      method: "POST",
      body: new URLSearchParams({ client_id: "node-red-admin", grant_type: "password", scope: "read", ...USER }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const response = await fetch(runtime.origin + PATH, { headers: { authorization: `Bearer ${access_token}` } });
    should(response.status).equal(200);
  });
});

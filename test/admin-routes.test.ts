/** Every admin route of every node: none answers without a permission, and who may only read may not write. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import should from "should";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const packageJson = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const names = Object.keys(packageJson["node-red"].nodes);

interface Route {
  readonly method: string;
  readonly path: string;
  readonly permission: string | undefined;
}

/** Registers all nodes with an editor that only takes notes. */
async function adminRoutes(): Promise<Route[]> {
  const routes: Route[] = [];
  const note = (method: string) => (path: string, guard: { permission?: string }) =>
    void routes.push({ method, path, permission: guard.permission });
  const methods = ["get", "post", "put", "patch", "delete", "all", "use"];
  const RED = {
    nodes: { registerType: () => {} },
    events: { on: () => {} },
    httpAdmin: Object.fromEntries(methods.map((method) => [method, note(method)])),
    auth: { needsPermission: (permission: string) => Object.assign(() => {}, { permission }) },
    settings: {},
    log: {},
  };
  for (const name of names) (await import(`../nodes/${name}.ts`)).default(RED);
  return routes;
}

const FLOW = [
  { id: "tab", type: "tab", label: "tokens" },
  { id: "store", type: "gh-store-backend", kind: "memory" },
  { id: "tokens", type: "gh-token-registry", store: "store" },
  { id: "auth", type: "device-token-auth", z: "tab", x: 0, y: 0, registry: "tokens", wires: [[], []] },
];
/** bcrypt of "secret" */
const password = "$2b$08$ywbTF46btCKJ3Ii5QN/6IOErni6/YB4h2rcHujLofsF988s2qnMSy";
const USERS = [
  { username: "editor", password, permissions: "*" },
  { username: "viewer", password, permissions: "read" },
];

describe("the admin routes", function suite() {
  let routes: Route[];
  let red: NodeRed;

  before(async () => {
    routes = await adminRoutes();
    red = await startNodeRed({ flow: FLOW, settings: { adminAuth: { type: "credentials", users: USERS } } });
  });
  after(() => red.stop());

  const urlOf = ({ path }: Route) => red.origin + path.replace(":id", "tokens");

  async function signIn(username: string, scope: string): Promise<Record<string, string>> {
    const body = { client_id: "node-red-admin", grant_type: "password", scope, username, password: "secret" };
    const response = await fetch(`${red.origin}/auth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { authorization: `Bearer ${((await response.json()) as { access_token: string }).access_token}` };
  }

  async function statusOf(route: Route, headers: Record<string, string>): Promise<number> {
    return (await fetch(urlOf(route), { method: route.method.toUpperCase(), headers })).status;
  }

  it("need a permission each, of their own node, to write where they change something", () => {
    should(routes.length).be.above(5);
    for (const { method, permission } of routes) {
      should(permission).match(method === "get" ? /^gh-[a-z-]+\.(read|write)$/ : /^gh-[a-z-]+\.write$/);
    }
  });

  it("answer nobody who has not signed in", async () => {
    for (const route of routes) should(await statusOf(route, {})).equal(401);
  });

  it("let who may only read change nothing", async () => {
    const viewer = await signIn("viewer", "read");
    for (const route of routes) {
      const status = await statusOf(route, viewer);
      if (route.permission!.endsWith(".write")) should(status).equal(401);
      else should(status).not.equal(401);
    }
  });

  describe("of the registry", () => {
    const path = () => `${red.origin}/gatehouse/token-registry/tokens`;
    let headers: Record<string, string>;

    before(async () => {
      headers = { ...(await signIn("editor", "*")), "content-type": "application/json" };
    });

    async function post(action: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
      const response = await fetch(`${path()}/${action}`, { method: "POST", headers, body: JSON.stringify(body) });
      should(response.headers.get("cache-control")).equal("no-store");
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    }

    async function rows(): Promise<{ name: string; scopes: string[]; tokens: { id: string; state: string }[] }[]> {
      return (await fetch(path(), { headers })).json() as Promise<never>;
    }

    it("mint, rotate and revoke tokens, which the table shows without text or digest", async () => {
      await post("accounts", { name: "robot/benbot", scopes: ["publish:robot/benbot/#"], password: "correct horse" });
      const minted = await post("mint", { name: "robot/benbot", days: "30" });
      should(minted.body.token).match(/^gatehouse_/);
      const rotated = await post("rotate", { name: "robot/benbot", overlapH: 1 });
      await post("revoke", { token: rotated.body.id });
      const table = await rows();
      should(table[0]).containDeep({ name: "robot/benbot", hasPassword: true });
      should(table[0]!.tokens.map(({ state }) => state)).deepEqual(["revoked", "valid"]);
      should(JSON.stringify(table)).not.match(/scrypt|digest|_[0-9A-Za-z]{43}/);
      await post("remove", { name: "robot/benbot" });
      should(await rows()).be.empty();
    });

    it("mint for an account that comes along, and change nothing where that is refused", async () => {
      const scopes = ["publish:+/ben2/#"];
      for (const more of [{ scopes }, { scopes: "" }]) {
        should((await post("mint", { name: "ben2", ...more })).body.token).match(/^gatehouse_/);
      }
      const refused = await post("mint", { name: "ben2", scopes: ["admin"], password: "correct horse" });
      should(refused).containDeep({ status: 400, body: { message: '"ben2" has 2 valid tokens: revoke one first' } });
      should((await rows())[0]).containDeep({ name: "ben2", scopes, hasPassword: false });
      await post("remove", { name: "ben2" });
    });

    for (const [action, body, message] of [
      ["accounts", { name: "a/b/c" }, /"name" must be/],
      ["accounts", { name: "__proto__" }, /"name" must be/],
      ["accounts", { name: "anna" }, /no account "anna": a new one needs scopes/],
      ["accounts", { name: "anna", scopes: ["write:#"] }, /"scopes" must be/],
      ["accounts", { name: "anna", password: "short" }, /"password" must have/],
      ["mint", { name: "nobody" }, /no account "nobody"/],
      ["mint", { name: "anna", scopes: ["write:#"] }, /"scopes" must be/],
      ["mint", { name: "nobody", days: -1 }, /"days" must be/],
      ["revoke", { token: "nothing" }, /no such token/],
      ["remove", {}, /no account/],
    ] as const) {
      it(`refuse to ${action} with ${JSON.stringify(body)}`, async () => {
        const answer = await post(action, body);
        should(answer.status).equal(400);
        should(answer.body).match({ error: "invalid", message });
      });
    }

    it("take no form, such as a page of elsewhere can send", async () => {
      const { authorization } = headers;
      const type = { "content-type": "application/x-www-form-urlencoded" };
      const form = {
        method: "POST",
        headers: { ...type, authorization: authorization! },
        body: "name=evil&scopes[]=admin",
      };
      should((await fetch(`${path()}/accounts`, form)).status).equal(415);
      should(await rows()).be.empty();
    });

    it("say that a registry which is not deployed has no table", async () => {
      should((await fetch(`${red.origin}/gatehouse/token-registry/other`, { headers })).status).equal(404);
      should((await fetch(`${red.origin}/gatehouse/token-registry/store`, { headers })).status).equal(404);
    });
  });
});

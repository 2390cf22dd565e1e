/** Who may ask a hub: tokens, cookies, tickets, this machine, on every route. */
import { once } from "node:events";
import should from "should";
import { WebSocket } from "ws";
import { METHODS, ROUTE_PATHS } from "../../../nodes/sse-hub/routes.ts";
import { openRegistry, type TestRegistry } from "../../support/registry.ts";
import { type Answer, type ServedHub, serveHub } from "./served-hub.ts";

const PATHS = ["/", "/d/mesh/5", "/client.js", "/client.css", ...ROUTE_PATHS];
/** They show nothing of devices and browsers. */
const OPEN_TO_ALL = ["/token", "/ticket", "/health"];
const READER = ["read:mesh/+/GPS"];
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (name: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`,
});
const JSON_TYPE = { "content-type": "application/json" };
const errorOf = ({ body }: Answer) => (JSON.parse(body) as { error: string }).error;
const cookieOf = ({ headers }: Answer) => headers["set-cookie"]?.[0]?.split(";")[0] ?? "";

describe("who may ask a hub", () => {
  let registry: TestRegistry;
  let hub: ServedHub;

  async function serve(thisMachine: "first" | "loopback" | "never" = "never", isLoopback = true): Promise<void> {
    hub = await serveHub({}, undefined, undefined, {
      registry: registry.node,
      thisMachine,
      isLoopbackOnly: () => isLoopback,
    });
  }

  beforeEach(async () => {
    registry = await openRegistry();
  });
  afterEach(async () => {
    await hub.close();
    await registry.close();
  });

  describe("without a token", () => {
    for (const path of PATHS.filter((one) => one !== "/token")) {
      it(`nobody gets ${path}`, async () => {
        await serve();
        const answer = await hub.ask(path, JSON_TYPE, METHODS[path]?.[0] ?? "GET");
        should(answer.status).equal(401);
        should(errorOf(answer)).equal("unauthorized");
        should(answer.headers["www-authenticate"]).equal('Bearer realm="gatehouse"');
        should(hub.access.refused).deepEqual({ unauthorized: 1 });
      });
    }

    it("a browser that wants a page gets a form, without a script", async () => {
      await serve();
      const answer = await hub.ask("/d/mesh/5?a=%22", { accept: "text/html,*/*" });
      should(answer.status).equal(401);
      should(answer.body)
        .containEql('name="to" value="/d/mesh/5?a=%22"')
        .and.not.match(/<script/);
      should(answer.headers["content-security-policy"])
        .match(/style-src 'sha256-/)
        .and.match(/^default-src 'self'/);
      should(answer.headers).not.have.property("www-authenticate");
    });

    it("what a page's address holds stays text in the form", async () => {
      await serve();
      const answer = await hub.ask('/d/mesh/"><script>', { accept: "text/html" });
      should(answer.body)
        .not.match(/<script/)
        .and.match(/&quot;&gt;&lt;script&gt;/);
    });

    it("this machine is let in until there are tokens", async () => {
      await serve("first");
      should((await hub.ask("/devices")).status).equal(200);
      await registry.mint("anna", READER);
      should((await hub.ask("/devices")).status).equal(401);
    });

    it("this machine is let in while Node-RED listens on it alone, and no foreign page", async () => {
      await registry.mint("anna", READER);
      await serve("loopback");
      should((await hub.ask("/devices")).status).equal(200);
      should(errorOf(await hub.ask("/devices", { origin: "http://evil.example" }))).equal("foreign-origin");
      should((await hub.ask("/devices", { "x-forwarded-for": "192.0.2.1" })).status).equal(401);
      should((await hub.ask("/devices", { host: "gatehouse.example" })).status).equal(401);
      await hub.close();
      await serve("loopback", false);
      should((await hub.ask("/devices")).status).equal(401);
    });
  });

  describe("with a token", () => {
    beforeEach(() => serve());

    it("its scopes count, by topic", async () => {
      await hub.append("mesh/5/GPS", 1);
      await hub.append("mesh/5/text", 2);
      await hub.append("robot/benbot/Speed", 3);
      const ask = async (path: string, token: string) => hub.ask(path, bearer(token));
      const token = await registry.mint("anna", READER);
      const [device, ...others] = JSON.parse((await ask("/devices", token)).body);
      should(others).be.empty();
      should(Object.keys(device.types)).deepEqual(["GPS"]);
      should((await ask("/history?device=mesh/5&type=GPS", token)).status).equal(200);
      for (const path of [
        "/history?device=mesh/5&type=text",
        "/history?device=robot/benbot&type=Speed",
        "/events?topic=%23",
        "/events?topic=mesh/5/GPS&topic=mesh/5/text",
        "/events?topic=$live/robot/news",
        "/metrics",
        "/browsers",
      ]) {
        const answer = await ask(path, token);
        should([path, answer.status, errorOf(answer)]).deepEqual([path, 403, "forbidden"]);
      }
      should((await ask("/", token)).status).be.oneOf(200, 404);
      const robot = await registry.mint("benbot", ["publish:robot/benbot/#"]);
      should((await ask("/", robot)).status).equal(403);
      should((await ask("/health", robot)).status).equal(200);
      const all = await registry.mint("bea", ["read:#"]);
      should(JSON.parse((await ask("/devices", all)).body)).have.length(2);
      should((await ask("/metrics", all)).status).equal(200);
      should((await ask("/metrics", await registry.mint("chief", ["admin"]))).status).equal(200);
    });

    it("that allows nothing, nothing is shown", async () => {
      const token = await registry.mint("anna", []);
      const query = "?topic=%23&device=mesh/5&type=GPS";
      for (const path of PATHS.filter((one) => !OPEN_TO_ALL.includes(one))) {
        const method = METHODS[path]?.[0] ?? "GET";
        const body = method === "POST" ? '{"device":"mesh/5","type":"GPS"}' : undefined;
        const answer = await hub.ask(path + query, { ...bearer(token), ...JSON_TYPE }, method, body);
        should([path, answer.status]).deepEqual([path, 403]);
      }
    });

    it("commands need a scope of their own, and bear the user", async () => {
      await hub.backend.append("mesh/5/GPS", { time: Date.now(), value: 1 });
      const taken: object[] = [];
      hub.intake.add((command) => void taken.push(command));
      const send = async (token: string) =>
        hub.ask("/commands", { ...bearer(token), ...JSON_TYPE }, "POST", '{"device":"mesh/5","type":"message"}');
      should((await send(await registry.mint("anna", ["read:#"]))).status).equal(403);
      should((await send(await registry.mint("bea", ["command:mesh/+/message"]))).status).equal(202);
      should(taken).containDeep([{ device: "mesh/5", user: "bea", scopes: ["command:mesh/+/message"] }]);
      should(hub.intake.counts).containDeep({ in: 2, taken: 1, refused: { forbidden: 1 } });
    });

    it("a wrong, expired or revoked one is refused, on this machine too", async () => {
      await hub.close();
      await serve("loopback");
      const expired = await registry.mint("anna", READER, Date.now() - 1);
      const revoked = await registry.mint("bea", READER);
      await registry.revoke("bea");
      for (const token of ["wrong", expired, revoked]) {
        should((await hub.ask("/devices", bearer(token))).status).equal(401);
        should((await hub.ask("/devices", { "x-gatehouse-token": token })).status).equal(401);
      }
    });

    it("a stream ends at once when its token is revoked, and others go on", async () => {
      const ended = hub.rawStream("/events?topic=mesh/5/GPS", bearer(await registry.mint("anna", READER)));
      const other = hub.rawStream("/events?topic=mesh/5/GPS", bearer(await registry.mint("bea", READER)));
      await Promise.all([once(ended, "data"), once(other, "data")]);
      const from = performance.now();
      await Promise.all([once(ended, "close"), registry.revoke("anna")]);
      should(performance.now() - from).be.below(5000);
      const told = once(other, "data");
      await hub.tell("mesh/5/GPS", 1);
      await told;
      other.destroy();
    });

    it("who guesses has to wait, and is told for how long", async () => {
      const guess = () => hub.ask("/devices", bearer("wrong"));
      for (let n = 0; n < 11; n++) should((await guess()).status).equal(401);
      let late = await guess();
      // A slow guess is looked at again, and doubles the wait.
      while (late.status === 401) late = await guess();
      should(late.status).equal(429);
      should(Number(late.headers["retry-after"])).be.within(1, 60);
      should((await hub.ask("/devices", bearer(await registry.mint("anna", READER)))).status).equal(200);
    });
  });

  describe("on a WebSocket", () => {
    const sockets: WebSocket[] = [];
    beforeEach(() => serve());
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.terminate();
    });

    function open(headers: Record<string, string>, query = ""): WebSocket {
      const socket = new WebSocket(`${hub.origin.replace("http", "ws")}/socket${query}`, { headers });
      socket.on("error", () => {});
      sockets.push(socket);
      return socket;
    }

    async function refused(socket: WebSocket): Promise<number> {
      const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
      return response.statusCode;
    }

    async function next(socket: WebSocket, event: string): Promise<Record<string, unknown>> {
      for (;;) {
        const [data] = (await once(socket, "message")) as [Buffer];
        const frame = JSON.parse(String(data)) as Record<string, unknown>;
        if (frame.event === event) return frame;
      }
    }

    it("nobody gets in without a token, nor by a wrong one, a used ticket or a cookie of elsewhere", async () => {
      const token = await registry.mint("anna", ["read:#"]);
      const ticket = JSON.parse((await hub.ask("/ticket", bearer(token), "POST")).body).ticket as string;
      await once(open({}, `?ticket=${ticket}`), "open");
      const cookie = cookieOf(await hub.ask("/token", basic("anna", token), "POST"));
      await once(open({ cookie }), "open");
      should(await refused(open({}))).equal(401);
      should(await refused(open(bearer("wrong")))).equal(401);
      should(await refused(open({}, `?ticket=${ticket}`))).equal(401);
      should(await refused(open({ cookie, origin: "http://evil.example" }))).equal(403);
      should(await refused(open(bearer(await registry.mint("bea", []))))).equal(403);
    });

    it("scopes count for every subscription and command", async () => {
      const socket = open(bearer(await registry.mint("anna", ["read:mesh/#", "command:mesh/5/reset"])));
      await once(socket, "open");
      socket.send('{"subscribe":["#"]}');
      should(await next(socket, "error")).containEql({ error: "forbidden" });
      socket.send('{"device":"mesh/5","type":"message"}');
      should(await next(socket, "refused")).containEql({ error: "forbidden" });
      socket.send('{"device":"mesh/5","type":"reset"}');
      should(await next(socket, "refused")).containEql({ error: "unwired" });
    });

    it("it ends at once when its token is revoked", async () => {
      const socket = open(bearer(await registry.mint("anna", ["read:#"])));
      await once(socket, "open");
      const from = performance.now();
      await Promise.all([once(socket, "close"), registry.revoke("anna")]);
      should(performance.now() - from).be.below(5000);
    });
  });

  describe("signing in", () => {
    beforeEach(async () => {
      await registry.book.desk.save({ name: "anna", scopes: ["read:#"], password: "correct horse" });
      await serve();
    });
    const json = (user: string, password: string) =>
      hub.ask("/token", JSON_TYPE, "POST", JSON.stringify({ user, password }));
    const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      hub.ask(
        "/token",
        { "content-type": "application/x-www-form-urlencoded", ...headers },
        "POST",
        String(new URLSearchParams(fields)),
      );

    it("gives a token for a while, by HTTP Basic and by JSON, as a cookie too", async () => {
      for (const answer of [
        await hub.ask("/token", basic("anna", "correct horse"), "POST"),
        await json("anna", "correct horse"),
      ]) {
        const { token, expires } = JSON.parse(answer.body);
        should(expires - Date.now()).be.within(50_000, 61_000);
        should(answer.headers["set-cookie"]![0]).match(/; Path=; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
        should((await hub.ask("/devices", bearer(token))).status).equal(200);
        should((await hub.ask("/devices", { cookie: `other=1; ${cookieOf(answer)}` })).status).equal(200);
      }
    });

    it("takes a device's id and token", async () => {
      const token = await registry.mint("robot/benbot", ["read:robot/benbot/#"]);
      should((await hub.ask("/token", basic("robot/benbot", token), "POST")).status).equal(200);
      should((await hub.ask("/token", basic("benbot", token), "POST")).status).equal(200);
      should((await hub.ask("/token", basic("jason", token), "POST")).status).equal(401);
    });

    it("by the form leads back to the page", async () => {
      const answer = await form({ user: "anna", password: "correct horse", to: "/d/mesh/5?a=1" });
      should([answer.status, answer.headers.location]).deepEqual([303, "/d/mesh/5?a=1"]);
      should((await hub.ask("/devices", { cookie: cookieOf(answer) })).status).equal(200);
    });

    it("by the form leads nowhere else", async () => {
      for (const to of ["//evil.example", "https://evil.example", "/\\evil.example", ""]) {
        should((await form({ user: "anna", password: "correct horse", to })).headers.location).equal("/");
      }
    });

    it("shows the form again where it was wrong", async () => {
      const answer = await form({ user: "anna", password: "wrong horse", to: "/d/mesh/5" });
      should(answer.status).equal(401);
      should(answer.body).match(/<form/).and.containEql('value="/d/mesh/5"').and.not.containEql("horse");
    });

    it("is not for a page of elsewhere", async () => {
      const answer = await form({ user: "anna", password: "correct horse" }, { origin: "http://evil.example" });
      should([answer.status, errorOf(answer)]).deepEqual([403, "foreign-origin"]);
    });

    for (const [body, status] of [
      ["", 401],
      ["{}", 401],
      ['{"user":7,"password":"x"}', 401],
      ['{"__proto__":{"user":"anna"}}', 401],
      ["x".repeat(5000), 401],
    ] as const) {
      it(`is refused with ${body.slice(0, 30)}`, async () => {
        should((await hub.ask("/token", JSON_TYPE, "POST", body)).status).equal(status);
      });
    }

    it("makes who guesses wait, together with other ways in", async () => {
      for (let n = 0; n < 6; n++) should((await json(`user-${n}`, "wrong")).status).equal(401);
      for (let n = 0; n < 5; n++) should((await hub.ask(`/devices?ticket=${n}`)).status).equal(401);
      should((await json("anna", "correct horse")).status).equal(429);
      should((await hub.ask("/devices", bearer("wrong"))).status).equal(429);
    });
  });

  describe("with a cookie", () => {
    let cookie: string;
    beforeEach(async () => {
      await registry.book.desk.save({ name: "anna", scopes: ["read:#", "command:#"], password: "correct horse" });
      await serve();
      cookie = cookieOf(await hub.ask("/token", basic("anna", "correct horse"), "POST"));
    });

    it("a page of elsewhere cannot make use of it", async () => {
      should((await hub.ask("/devices", { cookie, origin: "http://evil.example" })).status).equal(403);
      should((await hub.ask("/devices", { cookie, "sec-fetch-site": "cross-site" })).status).equal(403);
      const command = '{"device":"mesh/5","type":"message"}';
      should((await hub.ask("/commands", { cookie, "content-type": "text/plain" }, "POST", command)).status).equal(403);
    });

    it("that counts no more is taken away, so that it is one guess and not many", async () => {
      await registry.book.desk.remove("anna");
      const answer = await hub.ask("/devices", { cookie });
      should(answer.status).equal(401);
      should(answer.headers["set-cookie"]![0]).match(/^gatehouse=; .*Max-Age=0/);
    });
  });

  describe("with a ticket", () => {
    let ticket: string;
    beforeEach(async () => {
      await serve();
      const answer = await hub.ask("/ticket", bearer(await registry.mint("anna", ["read:#"])), "POST");
      ticket = (JSON.parse(answer.body) as { ticket: string }).ticket;
    });

    it("a request is let in once", async () => {
      const stream = hub.rawStream(`/events?topic=%23&ticket=${ticket}`);
      const [head] = (await once(stream, "data")) as [Buffer];
      should(head.toString()).match(/^HTTP\/1.1 200/);
      stream.destroy();
      should((await hub.ask(`/devices?ticket=${ticket}`)).status).equal(401);
    });

    it("a page leaves it out of its address, and gets a cookie that ends with the token", async () => {
      const answer = await hub.ask(`/d/mesh/5?a=1&ticket=${ticket}`);
      should([answer.status, answer.headers.location]).deepEqual([303, "/d/mesh/5?a=1"]);
      const cookie = cookieOf(answer);
      should((await hub.ask("/devices", { cookie })).status).equal(200);
      await registry.revoke("anna");
      should((await hub.ask("/devices", { cookie })).status).equal(401);
    });
  });
});

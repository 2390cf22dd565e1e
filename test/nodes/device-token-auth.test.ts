/** `device-token-auth` in a real runtime: who is let in under which name, and what the others are told. */
import should from "should";
import { MAX_DEPTH } from "../../lib/json/safe-json.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { addSession, type Identity, type OpenSession, removeSession } from "../../nodes/shared/sessions.ts";
import { eventually } from "../support/eventually.ts";
import { deploy, loggedErrors, nextInput, nodeOf, startRuntime, stopRuntime } from "../support/runtime.ts";
import type { Message } from "../support/store-flow.ts";
import { openBook, TOKEN_NODES, tokenFlow, tokenOf, unloadTokens } from "../support/token-flow.ts";

const ROBOT = ["publish:robot/benbot/#"];

/** A session as an endpoint keeps it. */
class FakeSession implements OpenSession {
  identity: Identity | null = null;
  closed: string | null = null;
  readonly endpoint = "endpoint";
  readonly address: string;
  readonly id: string;

  constructor(id: string, address = "192.0.2.7") {
    this.id = id;
    this.address = address;
    addSession(this);
  }

  identify(identity: Identity): void {
    this.identity = identity;
  }

  send(): null {
    return null;
  }

  close(reason: string): void {
    this.closed = reason;
    removeSession(this);
  }
}

function give(message: Message): void {
  nodeOf("auth").receive(message as never);
}

async function accepted(message: Message): Promise<Message> {
  const next = nextInput("in");
  give(message);
  return next;
}

async function refused(message: Message): Promise<Message> {
  const next = nextInput("refused");
  give(message);
  return next;
}

describe("device-token-auth", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unloadTokens);

  describe("with a token in every message", () => {
    beforeEach(() => deploy(TOKEN_NODES, tokenFlow({ network: "robot" })));

    it("lets a message in under the token's name, without the token, whatever its fields say", async () => {
      const token = await tokenOf("benbot", ROBOT);
      const fields = { Field1: "value1", user: "other", device: "robot/other", nested: { token: "x" } };
      const message = await accepted({ payload: JSON.stringify({ token, ...fields }), device: "robot/other", odd: 1 });
      should(message).containDeep({ user: "benbot", device: "robot/benbot", scopes: ROBOT, odd: 1 });
      should(message.payload).deepEqual(fields);
    });

    it("hands on the text without the token, its fields in their order and to the byte", async () => {
      const token = await tokenOf("benbot", ROBOT);
      const { raw } = await accepted({
        payload: `{"b":1.0, "token" : "${token}","10":12345678901234567890,"2":{"token":1}}`,
      });
      should(String(raw)).equal('{"b":1.0,"10":12345678901234567890,"2":{"token":1}}');
    });

    it("takes bytes and objects as well", async () => {
      const token = await tokenOf("benbot", ROBOT);
      should((await accepted({ payload: Buffer.from(JSON.stringify({ token, a: "°" })) })).payload).deepEqual({
        a: "°",
      });
      should((await accepted({ payload: { token, a: 1 } })).payload).deepEqual({ a: 1 });
    });

    it("lets a device in under its own name, whatever the network of the node", async () => {
      const token = await tokenOf("site/weather-1", ["publish:site/#"]);
      should(await accepted({ payload: { token } })).containDeep({ user: "weather-1", device: "site/weather-1" });
    });

    const deep = `{"a":${"[".repeat(MAX_DEPTH)}${"]".repeat(MAX_DEPTH)}}`;
    for (const [title, payload, reason, reply] of [
      ["no token", '{"Field1":"value1"}', "missing", '{"error":"unauthorized"}'],
      ["an empty token", '{"token":""}', "missing", '{"error":"unauthorized"}'],
      ["a token that is no text", '{"token":{"a":1}}', "missing", '{"error":"unauthorized"}'],
      ["a nested token", '{"inner":{"token":"abc"}}', "missing", '{"error":"unauthorized"}'],
      ["a token that nobody has", '{"token":"wrong"}', "unknown", '{"error":"unauthorized"}'],
      ["an endless token", JSON.stringify({ token: "x".repeat(100_000) }), "unknown", '{"error":"unauthorized"}'],
      ["no JSON", "hello", "malformed", '{"error":"malformed"}'],
      ["nothing", "", "malformed", '{"error":"malformed"}'],
      ["JSON, but no object", '["token"]', "not-object", '{"error":"malformed"}'],
      ["a number", 7, "not-object", '{"error":"malformed"}'],
      ["the name __proto__", '{"token":"x","__proto__":{"user":"admin"}}', "forbidden-name", '{"error":"malformed"}'],
      ["too many levels", deep, "too-deep", '{"error":"malformed"}'],
    ] as const) {
      it(`refuses ${title}, with the reply ready to send`, async () => {
        const message = await refused({ payload, _session: { type: "session", id: "s1" } });
        should(message).containDeep({ payload: reply, reason, type: "refused", _session: { id: "s1" } });
        should(message).not.have.properties("user", "device", "statusCode");
      });
    }

    it("refuses a token that does not allow it", async () => {
      const token = await tokenOf("benbot", ["publish:robot/other/#", "read:#", "command:#"]);
      should(await refused({ payload: { token } })).containDeep({
        reason: "forbidden",
        payload: '{"error":"forbidden"}',
      });
    });

    it("refuses revoked and expired tokens, which it does not count as guesses", async () => {
      const { desk } = await openBook();
      const token = await tokenOf("benbot", ROBOT);
      const { token: second, id } = await desk.mint({ name: "benbot" }, null);
      await desk.revoke(id);
      for (let n = 0; n < 20; n++) should((await refused({ payload: { token: second } })).reason).equal("revoked");
      await desk.remove("benbot");
      should((await refused({ payload: { token } })).reason).equal("unknown");
      const past = await tokenOf("benbot", ROBOT, Date.now() - 1);
      should((await refused({ payload: { token: past } })).reason).equal("expired");
    });

    it("keeps who guesses waiting, tells for how long, and lets right tokens in all the same", async () => {
      const token = await tokenOf("benbot", ROBOT);
      const guess = () => refused({ payload: { token: "wrong" }, address: "192.0.2.1" });
      for (let n = 0; n < 11; n++) should((await guess()).reason).equal("unknown");
      const late = await guess();
      should(late.reason).equal("later");
      const { error, ms } = JSON.parse(String(late.payload));
      should(error).equal("later");
      should(ms).be.within(1, 1000);
      should(await accepted({ payload: { token }, address: "192.0.2.1" })).have.property("user", "benbot");
      should((await refused({ payload: { token: "wrong" }, address: "192.0.2.2" })).reason).equal("unknown");
    });

    it("says whose a session is", async () => {
      const session = new FakeSession("s2");
      const token = await tokenOf("benbot", ROBOT);
      await accepted({ payload: { token }, _session: { type: "session", id: "s2" } });
      should(session.identity).containEql({ user: "benbot", device: "robot/benbot" });
      should(JSON.stringify(session.identity)).not.containEql(token);
      session.close("test");
    });

    it("counts what it lets in and what it refuses, by reason", async () => {
      const token = await tokenOf("benbot", ROBOT);
      await accepted({ payload: { token } });
      await refused({ payload: "x" });
      const samples = collectSamples().filter(({ labels }) => labels.where === "device-token-auth:auth");
      should(samples).containDeep([
        { name: "gatehouse_auth_in_total", value: 2 },
        { name: "gatehouse_auth_passed_total", value: 1 },
        { name: "gatehouse_dropped_total", labels: { reason: "malformed" }, value: 1 },
      ]);
    });
  });

  describe("with a token in the first message of a session", () => {
    let session: FakeSession;
    const from = (payload: unknown) => ({ payload, _session: { type: "session", id: "s3" } });

    beforeEach(async () => {
      await deploy(TOKEN_NODES, tokenFlow({ mode: "session", network: "robot", ending: "lf" }));
      session = new FakeSession("s3");
    });
    afterEach(() => session.close("test"));

    it("lets the rest of the session in as it comes", async () => {
      const token = await tokenOf("benbot", ROBOT);
      should((await accepted(from(JSON.stringify({ token, a: 1 })))).payload).equal('{"a":1}');
      const later = await accepted(from("anything"));
      should(later).containDeep({ payload: "anything", user: "benbot", device: "robot/benbot" });
    });

    it("takes a token out that is sent again, and nothing else", async () => {
      const token = await tokenOf("benbot", ROBOT);
      await accepted(from(JSON.stringify({ token })));
      for (const [payload, rest] of [
        [`{"1":1.0, "token":"${token}","b":2}`, '{"1":1.0,"b":2}'],
        [`{"\\u0074oken":"${token}"}`, "{}"],
        [Buffer.from(`{"token":"${token}"}`), Buffer.from("{}")],
        [{ token, a: 1 }, { a: 1 }],
        ['{"a":"a token"}', '{"a":"a token"}'],
        ['{"token', '{"token'],
        [7, 7],
      ]) {
        should((await accepted(from(payload))).payload).deepEqual(rest);
      }
    });

    it("lets in of a list what may come in, and refuses the rest one by one", async () => {
      const token = await tokenOf("benbot", ROBOT);
      const payload = ["{}", JSON.stringify({ token, a: 1 }), "anything"].map(from);
      const refusal = nextInput("refused");
      const list = await accepted({ list: true, payload });
      should(list).containDeep({
        list: true,
        payload: [{ payload: '{"a":1}' }, { payload: "anything", user: "benbot" }],
      });
      should(list.payload).have.length(2);
      should((await refusal).payload).equal('{"error":"unauthorized"}\n');
      const count = (name: string) => collectSamples().find((sample) => sample.name === name)!.value;
      should([count("gatehouse_auth_in_total"), count("gatehouse_auth_passed_total")]).deepEqual([3, 2]);
    });

    it("refuses everything before the token, with its line's end", async () => {
      should((await refused(from("ping"))).payload).equal('{"error":"malformed"}\n');
      should((await refused(from("{}"))).payload).equal('{"error":"unauthorized"}\n');
    });

    it("ends the session within a second of its token's revocation", async () => {
      const token = await tokenOf("benbot", ROBOT);
      await accepted(from(JSON.stringify({ token })));
      const { desk } = await openBook();
      await desk.revoke(session.identity!.token!);
      should(session.closed).equal("revoked");
    });

    it("ends the session soon after its token expired", async () => {
      const token = await tokenOf("benbot", ROBOT, Date.now() + 1000);
      await accepted(from(JSON.stringify({ token })));
      await eventually(() => should(session.closed).be.String());
    });
  });

  describe("with a token in HTTP headers", () => {
    const request = (headers: Message, payload: unknown = 21) => ({
      payload,
      req: { headers, socket: { remoteAddress: "192.0.2.9" } },
    });
    const basic = (name: string, token: string) => `Basic ${Buffer.from(`${name}:${token}`).toString("base64")}`;

    beforeEach(() => deploy(TOKEN_NODES, tokenFlow({ mode: "headers", network: "http" })));

    it("takes it from Authorization or X-Gatehouse-Token, and shows the headers to nobody", async () => {
      const token = await tokenOf("greenhouse", ["publish:http/#"]);
      for (const headers of [
        { authorization: `Bearer ${token}` },
        { "x-gatehouse-token": token, authorization: "Basic ignored" },
        { authorization: basic("greenhouse", token) },
      ]) {
        const message = await accepted(request({ ...headers, accept: "*/*" }));
        should(message).containDeep({ payload: 21, user: "greenhouse", device: "http/greenhouse" });
        should((message.req as { headers: object }).headers).deepEqual({ accept: "*/*" });
      }
    });

    it("answers with a status and headers", async () => {
      const token = await tokenOf("greenhouse", ["publish:http/#"]);
      should(await refused(request({}))).containDeep({ statusCode: 401, reason: "missing" });
      should(await refused(request({ authorization: basic("other", token) }))).containDeep({ statusCode: 401 });
      should((await refused(request({ authorization: "Bearer x" }))).headers).have.property("WWW-Authenticate");
      const odd = JSON.parse('{"__proto__":1}');
      should(await refused(request({ authorization: `Bearer ${token}` }, odd))).containDeep({ statusCode: 400 });
    });
  });

  it("asks whether the user may command the device that the message is for", async () => {
    await deploy(TOKEN_NODES, tokenFlow({ right: "command" }));
    const token = await tokenOf("anna", ["command:mesh/+/reset"]);
    const command = (device: string, type: string) => ({ payload: { token }, device, type });
    should(await accepted(command("mesh/5", "reset"))).containDeep({ user: "anna", device: "mesh/5", type: "reset" });
    should((await refused(command("mesh/5", "message"))).reason).equal("forbidden");
    should((await refused(command("robot/benbot", "reset"))).reason).equal("forbidden");
  });

  for (const [fields, fault] of [
    [{ registry: "" }, /"registry" must be chosen/],
    [{ mode: "always" }, /"mode" must be one of/],
    [{ network: "a/b" }, /"network" must be/],
  ] as const) {
    it(`stays inert and says so once with ${JSON.stringify(fields)}`, async () => {
      await deploy(TOKEN_NODES, tokenFlow(fields));
      const node = nodeOf("auth") as unknown as { status: { args: [{ fill: string; text: string }][] } };
      should(node.status.args.at(-1)![0]).match({ fill: "red", text: fault });
      should(loggedErrors()).have.length(1);
    });
  }

  describe("open to this machine", () => {
    let session: FakeSession;
    const from = (payload: unknown) => ({ payload, _session: { type: "session", id: session.id } });

    beforeEach(() => deploy(TOKEN_NODES, tokenFlow({ mode: "session", network: "site", open: true })));
    afterEach(() => session.close("test"));

    it("lets a session of this machine in without a token, with no name", async () => {
      session = new FakeSession("s4", "127.0.0.1");
      const message = await accepted(from('{"dev_id":7,"id":1}'));
      should(message).containDeep({ payload: '{"dev_id":7,"id":1}', user: "", scopes: [] });
      should(message).not.have.property("device");
    });

    it("still names who brings a token, and refuses a wrong one", async () => {
      session = new FakeSession("s5", "::1");
      should((await refused(from('{"token":"wrong"}'))).payload).equal('{"error":"unauthorized"}');
      const token = await tokenOf("site/7", ["publish:site/7/#"]);
      should(await accepted(from(JSON.stringify({ token })))).containDeep({ device: "site/7" });
    });

    it("asks a session of another machine for its token", async () => {
      session = new FakeSession("s6");
      should((await refused(from('{"dev_id":7,"id":1}'))).payload).equal('{"error":"unauthorized"}');
    });
  });
});

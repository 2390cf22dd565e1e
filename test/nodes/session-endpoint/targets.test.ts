/** The peers of a connecting session-endpoint, added and removed by messages while it runs. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import should from "should";
import { MAX_TARGETS } from "../../../nodes/session-endpoint/targets.ts";
import { freePort } from "../../support/node-red.ts";
import { messageAt, messagesAt } from "../../support/probe.ts";
import { deploy, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { reached, SESSION_NODES, sessionFlow, type Told } from "../../support/session-flow.ts";

interface Caught {
  readonly error: { readonly message: string };
}

/** Somebody to connect to, and what it heard. */
class Target {
  readonly server: Server = createServer((socket) => {
    socket.setEncoding("utf8").on("data", (text: string) => {
      this.text += text;
    });
    socket.on("error", () => undefined);
  });
  text = "";
  url = "";

  async listen(): Promise<this> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }
}

const send = (message: Record<string, unknown>) => nodeOf("out").receive(message as never);
const event = (type: string, url: string) =>
  messageAt<Told & { payload: { url?: string } }>("events", (one) => one.type === type && one.payload.url === url);

describe("the peers that an endpoint connects to", () => {
  const targets: Target[] = [];

  before(startRuntime);
  after(stopRuntime);
  afterEach(async () => {
    await unload();
    for (const { server } of targets.splice(0)) server.close();
  });

  async function target(): Promise<Target> {
    const one = await new Target().listen();
    targets.push(one);
    return one;
  }

  it("are added and removed while it runs, each with sessions that say where they lead", async () => {
    const [first, second] = [await target(), await target()];
    await deploy(SESSION_NODES, sessionFlow({ role: "connect", url: first.url }));
    await event("opened", first.url);
    send({ action: "connect", url: second.url });
    await event("added", second.url);
    const { _session } = await event("opened", second.url);
    send({ payload: "for the second", _session });
    send({ payload: "for both" });
    await heard(first, "for both\n");
    await heard(second, "for the second\nfor both\n");
    send({ action: "disconnect", url: first.url });
    await event("removed", first.url);
    await event("closed", first.url);
    send({ payload: "left" });
    await heard(second, "for the second\nfor both\nleft\n");
    should(first.text).equal("for both\n");
    await reached("open");
  });

  it("stay over a redeploy", async () => {
    const [first, second] = [await target(), await target()];
    const flow = sessionFlow({ role: "connect", url: first.url });
    await deploy(SESSION_NODES, flow);
    send({ action: "connect", url: second.url });
    await event("opened", second.url);
    await redeploy(flow, "full");
    const openings = () =>
      messagesAt<Told & { payload: { url?: string } }>("events").filter(({ type }) => type === "opened");
    await messageAt("events", () => openings().some(({ payload }) => payload.url === second.url));
  });

  it("are refused where they are none, too many, or of another transport", async () => {
    const { url } = await target();
    await deploy(SESSION_NODES, sessionFlow({ role: "connect", url }));
    await event("opened", url);
    const wrong = [
      { action: "connect" },
      { action: "connect", url: "host:1" },
      { action: "connect", url: "ws://127.0.0.1:1/" },
      { action: "disconnect", url: "tcp://127.0.0.1:1" },
    ];
    for (const message of wrong) send(message);
    const port = await freePort();
    for (let index = 0; index < MAX_TARGETS; index++)
      send({ action: "connect", url: `tcp://127.0.${index}.1:${port}` });
    await messageAt("caught", () => messagesAt("caught").length === wrong.length + 1);
    const texts = messagesAt<Caught>("caught").map(({ error }) => error.message.replace(/^\w+: /, ""));
    should(texts[0]).equal("msg.url must be such as ws://host:port/");
    should(texts[1]).match(/^"url" must be tcp:\/\/host:port/);
    should(texts[2]).match(/^"url" must be of the endpoint's transport, tcp/);
    should(texts[3]).match(/^"url" must be one that the endpoint connects to/);
    should(texts[4]).equal(`an endpoint connects to ${MAX_TARGETS} peers at most`);
  });

  it("are none of an endpoint that listens", async () => {
    await deploy(SESSION_NODES, sessionFlow({ role: "listen", port: String(await freePort()) }));
    await reached("open");
    send({ action: "connect", url: "tcp://127.0.0.1:1" });
    should((await messageAt<Caught>("caught")).error.message).match(/no endpoint is chosen that connects/);
  });
});

async function heard(target: Target, text: string): Promise<void> {
  while (target.text !== text) await new Promise((resolve) => setImmediate(resolve));
}

/** Upgrades: one listener for all paths of a server, and no word about those of others. */
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import should from "should";
import { routeUpgrades, upgradeOf } from "../../../nodes/sse-hub/upgrades.ts";

describe("upgrades", () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer((asked, response) => response.end(upgradeOf(asked) ? "upgrade" : "plain"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const url = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  async function ask(path: string, headers = {}): Promise<string> {
    const asking = request(url(path), { headers, agent: false });
    asking.end();
    const [response] = await once(asking, "response");
    let text = "";
    for await (const chunk of response) text += chunk;
    return text;
  }

  it("reach the server's handlers, which see that they are some", async () => {
    routeUpgrades(server, "/a/socket");
    const upgrade = { connection: "upgrade", upgrade: "websocket" };
    should(await ask("/a/socket?browser=b", upgrade)).equal("upgrade");
    should(await ask("/a/socket")).equal("plain");
  });

  it("of other paths are left to other listeners", async () => {
    routeUpgrades(server, "/a/socket");
    server.on("upgrade", (_request, socket: Socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nother"));
    should(await ask("/comms", { connection: "upgrade", upgrade: "websocket" })).equal("other");
  });

  it("have one listener, however often hubs come and go", () => {
    for (let n = 0; n < 100; n++) routeUpgrades(server, `/${n % 3}/socket`);
    should(server.listenerCount("upgrade")).equal(1);
  });
});

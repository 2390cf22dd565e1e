/** session-endpoint over WebSocket, in a Node-RED runtime: who may open one, and what breaks one. */
import { once } from "node:events";
import should from "should";
import { WebSocket } from "ws";
import { startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { heard, listen, TcpPeer, told } from "../../support/session-flow.ts";

const PAGE = "http://localhost:1880";

/** Opens one; gives 101, or the status with which it was refused. */
async function open(url: string, origin?: string): Promise<{ socket: WebSocket; status: number }> {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  socket.on("error", () => undefined);
  const status = new Promise<number>((resolve) => {
    socket.once("open", () => resolve(101));
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      resolve(response.statusCode!);
    });
  });
  return { socket, status: await status };
}

describe("session-endpoint over WebSocket", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  for (const [who, origins, origin, status] of [
    ["a program, which has no origin", PAGE, undefined, 101],
    ["a page of a listed origin", `http://a.b ${PAGE}`, PAGE, 101],
    ["a page of any origin where none is listed", "", PAGE, 403],
    ["a page of another port", PAGE, "http://localhost:1881", 403],
    ["a page whose origin begins like a listed one", PAGE, `${PAGE}.evil.example`, 403],
    ["a page without a place of its own", PAGE, "null", 403],
  ] as const) {
    it(`answers ${status} to ${who}`, async () => {
      const port = await listen({ transport: "ws", origins });
      const opening = await open(`ws://127.0.0.1:${port}/`, origin);
      should(opening.status).equal(status);
      if (status === 403) await told("refused", "origin");
      else await told("opened");
      opening.socket.terminate();
    });
  }

  it("takes origins with variables in them", async () => {
    process.env.GATEHOUSE_TEST_PORT = "1880";
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's own form of a variable
    const port = await listen({ transport: "ws", origins: "http://localhost:${GATEHOUSE_TEST_PORT}" });
    const { socket, status } = await open(`ws://127.0.0.1:${port}/`, PAGE);
    should(status).equal(101);
    socket.terminate();
  });

  it("answers 404 to another path", async () => {
    const port = await listen({ transport: "ws", path: "/robots" });
    should((await open(`ws://127.0.0.1:${port}/other`)).status).equal(404);
    await told("refused", "path");
  });

  it("answers 426 to who wants a page, and 400 to who speaks no HTTP", async () => {
    const port = await listen({ transport: "ws" });
    should((await fetch(`http://127.0.0.1:${port}/`)).status).equal(426);
    const { socket } = await TcpPeer.join(port);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write("hello\r\n\r\n");
    await once(socket, "close");
    should(text).startWith("HTTP/1.1 400 ");
    await told("refused", "no-websocket");
  });

  it("agrees to no compression", async () => {
    const { socket } = await open(`ws://127.0.0.1:${await listen({ transport: "ws" })}/`);
    should(socket.extensions).equal("");
    socket.terminate();
  });

  it("closes one that sends a message beyond the limit, and tells the drop", async () => {
    const { socket } = await open(`ws://127.0.0.1:${await listen({ transport: "ws", maxBytes: "10" })}/`);
    socket.send("0123456789");
    await heard("0123456789");
    socket.send("0123456789a");
    const [code] = await once(socket, "close");
    should(code).equal(1009);
    await told("dropped", "too-long");
    await told("closed", "too-long");
  });

  it("closes one that sends text which is no UTF-8, and tells the drop", async () => {
    const { socket } = await open(`ws://127.0.0.1:${await listen({ transport: "ws" })}/`);
    socket.send(Buffer.of(0xff), { binary: false });
    const [code] = await once(socket, "close");
    should(code).equal(1007);
    await told("dropped", "utf8");
  });

  it("keeps one that answers pings, and finds one that does not", async function pings() {
    const port = await listen({ transport: "ws", keepAliveS: "1" });
    const alive = await open(`ws://127.0.0.1:${port}/`);
    await told("opened");
    const dead = new WebSocket(`ws://127.0.0.1:${port}/`, { autoPong: false });
    await once(dead, "open");
    const from = performance.now();
    await once(dead, "close");
    should(performance.now() - from).be.within(1500, 10_000);
    await told("closed", "silent");
    should(alive.socket.readyState).equal(WebSocket.OPEN);
    alive.socket.terminate();
  });
});

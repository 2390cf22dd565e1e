/** The client library as a browser has it: bundled, over WebSocket, in Chromium. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import should from "should";
import { WebSocketServer } from "ws";
import { libraryBuild } from "../../../scripts/client.ts";
import { chromiumMissing } from "../../support/chromium.ts";
import { describeWith } from "../../support/needs.ts";
import { sharedChromium } from "../../support/shared-chromium.ts";
import { TestGateway } from "./test-gateway.ts";

const LIBRARY = "/browser.js";

async function serve(): Promise<Server> {
  const { outputFiles } = await build({ ...libraryBuild(process.cwd(), "/"), write: false });
  const script = outputFiles.find(({ path }) => path === LIBRARY)!.text;
  const server = createServer(({ url }, response) => {
    response.setHeader("content-type", url === LIBRARY ? "text/javascript" : "text/html");
    response.end(url === LIBRARY ? script : "<!doctype html><title>client</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Answers a device of ack/0, and commands it as soon as it has said something. */
async function serveDevice(): Promise<{
  readonly server: WebSocketServer;
  readonly url: string;
  readonly heard: unknown[];
}> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const heard: unknown[] = [];
  server.on("connection", (socket) => {
    socket.send('{"unique_client_id":2}');
    socket.on("message", (data) => {
      const { id, ...fields } = JSON.parse(String(data));
      heard.push(fields);
      if (id !== undefined) socket.send(JSON.stringify({ ack: id }));
      if (fields.dev_id !== undefined) socket.send('{"id":1}');
      if (fields.temperature !== undefined) socket.send('{"reset":1,"id":2}');
    });
  });
  await once(server, "listening");
  return { server, heard, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/device` };
}

describeWith("the client library in a browser", chromiumMissing(), () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let gateway: TestGateway;

  before(async () => {
    [browser, server] = await Promise.all([sharedChromium(), serve()]);
    gateway = new TestGateway();
    await gateway.start();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });

  after(async () => {
    await page.close();
    server.close();
    await gateway.stop();
  });

  it("reads values, sends, and hears what nodes say", async () => {
    gateway.set("GPS", 5, "\x01\x02\x03\x04\x05\x06");
    gateway.onMessage = (_, text) => gateway.push(`[REQ]\x05\x00${text}!`);
    const result = await page.evaluate(
      async ([library, address]) => {
        const { connect, readPosition } = await import(library!);
        const mesh = connect(address);
        const position = readPosition(await mesh.get("GPS", 5));
        const { text } = await mesh.request(5, "ping");
        const fault = await mesh.get("GPS", 9).catch((fault: Error & { code: string }) => fault.code);
        mesh.close();
        return { position, text, fault };
      },
      [LIBRARY, gateway.webSocketAddress],
    );
    should(result).deepEqual({
      position: { longitude: 19.7121, latitude: 39.45 },
      text: "ping!",
      fault: "refused",
    });
  });

  it("is a device: acknowledged, and commanded", async () => {
    const { server, url, heard } = await serveDevice();
    const told = await page.evaluate(
      async ([library, address]) => {
        const { connectDevice } = await import(library!);
        return new Promise((resolve) => {
          const station = connectDevice(address, {
            id: "page-1",
            onConnected: () => station.write({ temperature: 21 }),
            onMessage: (message: unknown) => {
              resolve(message);
              station.close();
            },
          });
        });
      },
      [LIBRARY, url],
    );
    should(told).deepEqual({ reset: 1 });
    should(heard.slice(0, 2)).deepEqual([{ dev_id: "page-1" }, { temperature: 21 }]);
    server.close();
  });
});

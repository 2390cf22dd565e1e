/** Serves what nodes serve over HTTP: the runtime of the test helper has no server for it. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { NodeAPI } from "node-red";

export class HttpApp {
  #app: RequestListener = () => {};
  readonly #server: Server = createServer((request, response) => this.#app(request, response));

  /** To be loaded with the nodes: takes the runtime's application. */
  readonly register = (RED: NodeAPI): void => {
    this.#app = RED.httpNode;
  };

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

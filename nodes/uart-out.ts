/** Writes bytes to a port; a message is done, and passed on, when its bytes are on the wire. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import type { LinkError } from "./shared/link-error.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { type StatusLine, statusLine } from "./shared/status.ts";
import { findPort, portStatus } from "./uart-port/port-status.ts";
import type { PortState, UartPortNode } from "./uart-port.ts";

export default function register(RED: NodeAPI): void {
  function UartOut(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      serve(this, findPort(RED, fields.port));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, port: UartPortNode): void {
    const line = statusLine(node);
    let state: PortState | undefined;
    const unsubscribe = port.subscribe({
      state: (next) => {
        state = next;
        line.show(portStatus(RED, "uart-out", next));
      },
    });
    const showOpen = () => state && line.show(portStatus(RED, "uart-out", state));
    node.on("input", (message: GatehouseMessage, send, done) => {
      write(port, message).then(
        () => {
          showOpen();
          message.action = "delivered";
          send(message);
          done();
        },
        (error: Error) => {
          showFault(line, error);
          done(error);
        },
      );
    });
    node.on("close", () => {
      unsubscribe();
      line.stop();
    });
  }

  function showFault(line: StatusLine, error: Error): void {
    const { code } = error as LinkError;
    if (code === "full" || code === "expired") {
      line.show({ fill: "red", shape: "dot", text: RED._(`uart-out.status.${code}`) });
    }
  }

  RED.nodes.registerType("gh-uart-out", UartOut);
}

async function write(port: UartPortNode, message: GatehouseMessage): Promise<void> {
  const bytes = bytesOf(message.payload);
  if (message.deadline === undefined || typeof message.deadline === "number") {
    await port.write(bytes, message.deadline);
  } else {
    throw new TypeError("msg.deadline must be a number of milliseconds since 1970");
  }
}

function bytesOf(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  if (typeof payload === "string") return Buffer.from(payload);
  throw new TypeError(`msg.payload must be a Buffer or a string, got ${payload === null ? "null" : typeof payload}`);
}

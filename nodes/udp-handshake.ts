/** Flow node: the UDP handshakes of controller boards, their gateway and the relays that it serves. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { runBoard } from "./udp-handshake/board-node.ts";
import { runClient } from "./udp-handshake/client-node.ts";
import { readHandshakeOptions } from "./udp-handshake/read-options.ts";
import { runServer } from "./udp-handshake/server-node.ts";

export default function register(RED: NodeAPI): void {
  function UdpHandshake(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      const options = readHandshakeOptions(fields);
      if (options.role === "server") runServer(RED, this, fields, options);
      else if (options.role === "client") runClient(RED, this, options);
      else runBoard(RED, this, options);
    } catch (error) {
      optionFault(this, error);
    }
  }

  RED.nodes.registerType("udp-handshake", UdpHandshake);
}

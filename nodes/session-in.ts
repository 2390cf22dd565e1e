/** Hands on the messages of an endpoint's sessions, and by its second output who comes and goes. */
import type { Node, NodeAPI, NodeDef, NodeMessage } from "node-red";
import type { EndpointUser } from "./session-endpoint/endpoint.ts";
import { endpointStatus, findEndpoint } from "./session-endpoint/endpoint-status.ts";
import { Lists } from "./session-in/lists.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { messageIds } from "./shared/message-ids.ts";
import { optionFault } from "./shared/option-fault.ts";
import { choiceOption, type Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";

export default function register(RED: NodeAPI): void {
  function SessionIn(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      serve(this, fields);
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, fields: Fields): void {
    const line = statusLine(node);
    const mintId = messageIds(RED.util.generateId);
    const lists = choiceOption(fields, "send", ["each", "list"], "each") === "list" ? new Lists(node, mintId) : null;
    const user: EndpointUser = {
      message: ({ peer: { address, port }, ref: _session }, payload) => {
        // Of a list, only the list needs an id.
        if (lists) lists.message({ payload, _session, address, port } as unknown as GatehouseMessage);
        else node.send({ _msgid: mintId(), payload, _session, address, port } as NodeMessage);
      },
      event: (type, payload, _session) => {
        if (lists) lists.event({ type, payload, _session } as unknown as GatehouseMessage);
        else node.send([null, { _msgid: mintId(), type, payload, _session } as NodeMessage]);
      },
      state: (state, sessions) => line.show(() => endpointStatus(RED, state, sessions)),
    };
    const unsubscribe = findEndpoint(RED, fields.endpoint).subscribe(user);
    node.on("close", (_removed: boolean, done: () => void) => {
      unsubscribe();
      lists?.flush();
      line.stop();
      done();
    });
  }

  RED.nodes.registerType("gh-session-in", SessionIn);
}

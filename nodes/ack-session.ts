/** Speaks ack/0 with devices, browsers and gateways, or as a gateway with its hubs: identify, acknowledge, resend. */
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import type { Backend } from "../backends/backend.ts";
import { ClientRole } from "./ack-session/client-role.ts";
import { Inputs } from "./ack-session/inputs.ts";
import { Keeping } from "./ack-session/keeping.ts";
import { Outputs } from "./ack-session/outputs.ts";
import { type AckOptions, readAckOptions } from "./ack-session/read-options.ts";
import type { Role } from "./ack-session/role.ts";
import { ServerRole } from "./ack-session/server-role.ts";
import { watchDeploys } from "./shared/deploys.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { messageIds } from "./shared/message-ids.ts";
import { addCollector } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import { whenClosed } from "./shared/when-closed.ts";
import { storeStatus } from "./store-backend.ts";

export default function register(RED: NodeAPI): void {
  function AckSession(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      serve(this, readAckOptions(RED, fields));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, options: AckOptions): void {
    const line = statusLine(node);
    const outputs = new Outputs(node, messageIds(RED.util.generateId), options.isListing);
    const inputs = new Inputs(outputs);
    const uncollect = addCollector(node, (where) => samples(where, options, outputs, inputs));
    const show = () => line.show(() => statusOf(inputs.role, outputs));
    const started = watchDeploys(RED.events).started();
    const unfollow = follow(node, options, outputs, (role) => {
      // What was cut short is handed on to nodes that stand.
      void started.then(() => {
        inputs.begin(role);
        show();
      });
    });
    node.on("input", (message: GatehouseMessage, _send, done) => {
      inputs.take(message, done);
      show();
    });
    whenClosed(node, "the inbox was not put in order", () => {
      unfollow();
      uncollect();
      line.stop();
      return inputs.stop();
    });
  }

  /** Begins at once, or with each store that is opened. */
  function follow(node: Node, options: AckOptions, outputs: Outputs, begin: (role: () => Role) => void): () => void {
    const { store } = options;
    if (!store) {
      const isClient = options.role === "client";
      begin(() => (isClient ? new ClientRole(options, outputs) : new ServerRole(options, outputs, null)));
      return () => {};
    }
    let followed: Backend | null = null;
    return store.subscribe((state) => {
      const { backend } = store;
      if (state.name !== "ready") node.status(storeStatus(RED, state));
      if (!backend || backend === followed) return;
      followed = backend;
      const keeping = new Keeping(backend, options.network, node.id, (fault) => node.warn(fault.message));
      keeping.load().then(
        (kept) =>
          begin(() => {
            const role = new ServerRole(options, outputs, keeping);
            role.restore(kept);
            return role;
          }),
        (fault: Error) => node.error(fault.message),
      );
    });
  }

  function statusOf(role: Role | null, { dropped }: Outputs): NodeStatus {
    const text = RED._("ack-session.status.peers", { n: role?.peers ?? 0, dropped });
    return { fill: role ? "green" : "yellow", shape: role ? "dot" : "ring", text };
  }

  RED.nodes.registerType("gh-ack-session", AckSession);
}

function* samples(where: string, { network, role: side }: AckOptions, outputs: Outputs, { role, waiting }: Inputs) {
  yield* outputs.samples(where, network);
  yield { name: "gatehouse_ack_peers", labels: { where, network, role: side }, value: role?.peers ?? 0 };
  yield { name: "gatehouse_ack_held", labels: { where, network }, value: (role?.held ?? 0) + waiting };
}

/** Flow node: lets in what carries a right token, under the token's own name, and answers what does not. */
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import { Held } from "./device-token-auth/held.ts";
import { readAuthOptions } from "./device-token-auth/read-options.ts";
import { type Counts, type Message, Turnstile } from "./device-token-auth/turnstile.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";

interface Input {
  readonly message: Message;
  readonly send: (messages: (Message | null)[]) => void;
  readonly done: () => void;
}

function* samples(where: string, { counts, held }: Turnstile): Iterable<Sample> {
  yield { name: "gatehouse_auth_in_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_auth_passed_total", labels: { where }, value: counts.accepted };
  yield { name: "gatehouse_auth_held", labels: { where }, value: held };
  yield* dropSamples(where, counts.refused as Record<string, number>);
}

export default function register(RED: NodeAPI): void {
  function DeviceTokenAuth(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      serve(this, config);
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, config: Fields): void {
    const options = readAuthOptions(RED, config);
    const turnstile = new Turnstile(options);
    const status = statusLine(node);
    let fault: string | undefined;
    const present = () => statusOf(turnstile.counts, fault, options.isOpen);
    const held = new Held<Input>(({ message, send, done }) => {
      turnstile.decide(message, send);
      status.show(present);
      done();
    });
    const removeCollector = addCollector(node, (where) => samples(where, turnstile));
    const unsubscribe = options.registry.subscribe({
      state: (state) => {
        fault = state.fault;
        held.follow(state);
        status.show(state.isReady ? present : waiting(fault));
      },
    });

    node.on("input", (message, send, done) => {
      turnstile.arrive(message as Message);
      held.take({ message: message as Message, send: send as Input["send"], done });
    });
    node.on("close", () => {
      unsubscribe();
      removeCollector();
      held.releaseAll();
      status.stop();
    });
  }

  function statusOf({ accepted, refused }: Counts, fault: string | undefined, isOpen: boolean): NodeStatus {
    const count = Object.values(refused).reduce((sum, one) => sum + one, 0);
    const text = RED._("device-token-auth.status.counts", { accepted, refused: count });
    if (fault !== undefined) return { fill: "yellow", shape: "dot", text: fault };
    const open = RED._("device-token-auth.status.open");
    return isOpen ? { fill: "yellow", shape: "dot", text: `${open}, ${text}` } : { fill: "green", shape: "dot", text };
  }

  function waiting(fault: string | undefined): NodeStatus {
    if (fault !== undefined) return { fill: "red", shape: "ring", text: fault };
    return { fill: "yellow", shape: "ring", text: RED._("device-token-auth.status.opening") };
  }

  RED.nodes.registerType("device-token-auth", DeviceTokenAuth);
}

/** Flow node: lets in what carries a right token, under the token's own name, and answers what does not. */
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import { Authenticator, type Incoming } from "./device-token-auth/authenticator.ts";
import { Held } from "./device-token-auth/held.ts";
import { type AuthOptions, readAuthOptions } from "./device-token-auth/read-options.ts";
import { answerTo, headersOf, type Refusal, type RefusalReason, replyTo } from "./device-token-auth/reply.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";

type Message = Incoming & Record<string, unknown>;
type Send = (messages: (Message | null)[]) => void;

interface Input {
  readonly message: Message;
  readonly send: Send;
  readonly done: () => void;
}

/** in = accepted + refused + held */
interface Counts {
  in: number;
  accepted: number;
  readonly refused: Partial<Record<RefusalReason, number>>;
}

function* samples(where: string, counts: Counts, held: number): Iterable<Sample> {
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
    const authenticator = new Authenticator(options);
    const counts: Counts = { in: 0, accepted: 0, refused: {} };
    const status = statusLine(node);
    let fault: string | undefined;
    const show = () => status.show(() => statusOf(counts, fault, options.isOpen));
    const held = new Held<Input>(({ message, send, done }) => {
      decide(message, send);
      done();
    });
    const removeCollector = addCollector(node, (where) => samples(where, counts, held.size));
    const unsubscribe = options.registry.subscribe({
      state: (state) => {
        fault = state.fault;
        held.follow(state);
        status.show(state.isReady ? statusOf(counts, fault, options.isOpen) : waiting(fault));
      },
    });

    function decide(message: Message, send: Send): void {
      const decided = authenticator.receive(message);
      if ("user" in decided) {
        counts.accepted++;
        send([Object.assign(message, decided), null]);
      } else {
        counts.refused[decided.reason] = (counts.refused[decided.reason] ?? 0) + 1;
        send([null, refused(message, decided, options)]);
      }
      show();
    }

    node.on("input", (message, send, done) => {
      counts.in++;
      held.take({ message: message as Message, send: send as Send, done });
    });
    node.on("close", (_removed: boolean, done: () => void) => {
      unsubscribe();
      removeCollector();
      held.releaseAll();
      status.stop();
      done();
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

/** What was sent is not passed on: a token may stand in it. */
function refused(message: Message, refusal: Refusal, { mode, ending }: AuthOptions): Message {
  const told = { payload: replyTo(refusal, ending), type: "refused", reason: refusal.reason };
  const answer = { statusCode: answerTo(refusal.reason).status, headers: headersOf(refusal) };
  return Object.assign(message, told, mode === "headers" && answer);
}

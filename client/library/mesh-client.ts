/** A client program of a mesh gateway: hears what nodes send, reads their values, sends them messages. */
import type { Payload } from "../../lib/mesh-client/bytes.ts";
import type { Push } from "../../lib/mesh-client/pushes.ts";
import {
  MeshFault,
  type NodeState,
  type NodeValue,
  readNodeStates,
  readReply,
  readValues,
} from "../../lib/mesh-client/replies.ts";
import {
  type DataTypeName,
  encodeCommand,
  encodeGet,
  encodeLog,
  encodeReply,
  encodeRobots,
  encodeSend,
  NODE_COUNT,
  NODE_STATUS,
} from "../../lib/mesh-client/requests.ts";
import { Asking } from "./asking.ts";
import type { Transport } from "./link.ts";
import { Listener } from "./listener.ts";
import type { ClientOptions, ClientState, RequestOptions } from "./options.ts";
import { isDataType, poll } from "./polling.ts";
import { type MessageListener, type NodeMessage, Subscriptions } from "./subscriptions.ts";
import { Waiting } from "./waiting.ts";

const ANSWERS = ["echo", "message", "request"];
/** Of a value that the gateway keeps: its pushes tell of messages only. */
const POLL_MS = 1_000;

export class MeshClient {
  readonly #options: Required<ClientOptions>;
  readonly #asking: Asking;
  readonly #listener: Listener;
  readonly #subscriptions: Subscriptions;
  readonly #polls = new Set<() => void>();
  readonly #waiting = new Waiting();
  #state: ClientState | null = null;

  constructor(transport: Transport, options: ClientOptions = {}) {
    const onFault = ({ message }: MeshFault) => console.warn(message);
    this.#options = { generation: 1, timeoutMs: 5_000, onState: () => {}, onFault, ...options };
    this.#subscriptions = new Subscriptions(this.#options.onFault);
    this.#asking = new Asking(transport);
    this.#listener = new Listener(transport, {
      opened: () => this.#opened(),
      lost: (reason) => this.#become("lost", reason),
      pushed: (push) => this.#tell(push),
    });
  }

  /** Whether the gateway has acknowledged the listening connection. */
  get isLive(): boolean {
    return this.#listener.isLive;
  }

  /** Resolves once the gateway has acknowledged. The client tries for ever; this waits as long as it is told. */
  async live(timeoutMs = this.#options.timeoutMs): Promise<void> {
    if (this.isLive) return;
    await this.#waiting.wait(timeoutMs, "the gateway did not acknowledge").catch((fault: MeshFault) => {
      const isLost = fault.code === "timeout" && this.#state?.name === "lost";
      throw isLost ? new MeshFault("lost", `${fault.message}: ${this.#state!.reason}`) : fault;
    });
  }

  /**
   * Calls the listener with every message of a type (`request`, `echo`, …; `*` is all) or opcode. The values of a data
   * type (`GPS`) are no messages: they are asked for, and told where they change. Returns unsubscribe.
   */
  subscribe(wanted: string | number, listener: MessageListener, everyMs = POLL_MS): () => void {
    const unsubscribe = this.#subscriptions.add([wanted], listener);
    if (!isDataType(wanted)) return unsubscribe;
    const stop = poll(
      wanted,
      () => this.getAll(wanted),
      everyMs,
      (value) => this.#tell(value),
    );
    this.#polls.add(stop);
    return () => {
      this.#polls.delete(stop);
      stop();
      unsubscribe();
    };
  }

  /** The newest value of a data type of one node, as bytes. */
  async get(type: DataTypeName, address: number): Promise<Uint8Array> {
    const [value] = await this.#values(type, address);
    if (!value) throw new MeshFault("malformed", "the answer has no value");
    return value.data;
  }

  /** The newest values of a data type, by the nodes' addresses. */
  async getAll(type: DataTypeName): Promise<Map<number, Uint8Array>> {
    const values = await this.#values(type, null);
    return new Map(values.map(({ address, data }) => [address, data]));
  }

  /** A message to a node; resolves when the gateway has taken it. */
  async send(address: number, payload: Payload): Promise<void> {
    await this.#ask(encodeSend(address, payload, this.#options.generation));
  }

  /** A message to a node, and the next message of that node which answers. */
  async request(address: number, payload: Payload, options: RequestOptions = {}): Promise<NodeMessage> {
    const { answers = ANSWERS, timeoutMs = this.#options.timeoutMs, fits = () => true } = options;
    const answered = new Waiting<NodeMessage>();
    const unsubscribe = this.#subscriptions.add(answers, (message) => {
      if (message.address === address && fits(message)) answered.settle(message);
    });
    try {
      const [message] = await Promise.all([
        answered.wait(timeoutMs, `node ${address} did not answer`),
        this.send(address, payload),
      ]);
      return message;
    } finally {
      unsubscribe();
      answered.fail(new MeshFault("closed", "the request has ended"));
    }
  }

  /** The answer to a node's request; `message.reply` knows its node. */
  async reply(address: number, payload: Payload): Promise<void> {
    await this.#ask(encodeReply(address, payload));
  }

  /** A command to the module as it is, such as `NINFO\n`. */
  async command(command: Payload): Promise<void> {
    await this.#ask(encodeCommand(command, this.#options.generation));
  }

  async nodes(): Promise<NodeState[]> {
    return readNodeStates(await this.#ask(NODE_STATUS));
  }

  async nodeCount(): Promise<number> {
    return (await this.#ask(NODE_COUNT))[0] ?? 0;
  }

  /** A line in the traffic log of the monitoring page. */
  async log(text: string): Promise<void> {
    await this.#ask(encodeLog(text));
  }

  /** The state of robots on the monitoring page. */
  async robots(robots: unknown): Promise<void> {
    await this.#ask(encodeRobots(robots));
  }

  /** Tries at once where it was waiting to try again: the network is back. */
  hurry(): void {
    this.#listener.hurry();
  }

  /** For good: what is under way is rejected. */
  close(): void {
    for (const stop of this.#polls) stop();
    this.#polls.clear();
    this.#listener.close();
    this.#asking.close();
    this.#waiting.fail(new MeshFault("closed", "the client was closed"));
    this.#become("closed");
  }

  /** Until the gateway knows a listening connection it answers nobody. */
  async #ask(request: Uint8Array): Promise<Uint8Array> {
    await this.live();
    return readReply(await this.#asking.ask(request, this.#options.timeoutMs));
  }

  async #values(type: DataTypeName, address: number | null): Promise<NodeValue[]> {
    return readValues(await this.#ask(encodeGet(type, address, this.#options.generation)), type, address !== null);
  }

  #opened(): void {
    this.#waiting.settle();
    this.#become("live");
  }

  /** Attempts that fail one after the other are one loss. */
  #become(name: ClientState["name"], reason = ""): void {
    if (this.#state?.name === name) return;
    this.#state = { name, reason };
    this.#options.onState(this.#state);
  }

  #tell(push: Push): void {
    this.#subscriptions.tell({ ...push, reply: (payload) => this.reply(push.address, payload) });
  }
}

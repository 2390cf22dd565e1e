/** Simulated devices that speak through a real byte stream. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import { type MeshEvent, MeshSimulator } from "../lib/simulators/mesh.ts";
import { dialsFrom } from "./device-simulator/dials.ts";
import { describeCommand } from "./device-simulator/events.ts";
import { readSimulatorOptions, type SimulatorOptions } from "./device-simulator/read-options.ts";
import { linkOpener } from "./shared/byte-link.ts";
import { drive, now } from "./shared/drive.ts";
import { LastingLink } from "./shared/lasting-link.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { hostSim } from "./shared/sim-link.ts";
import { type StatusLine, statusLine } from "./shared/status.ts";

const QUEUE_BYTES = 65_536;

export default function register(RED: NodeAPI): void {
  function DeviceSimulator(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      const options = readSimulatorOptions(fields);
      if (options.simulate) new Simulation(RED, this, options);
      else beSilent(this);
    } catch (error) {
      optionFault(this, error);
    }
  }

  function beSilent(node: Node): void {
    node.status({ fill: "grey", shape: "ring", text: RED._("device-simulator.status.silent") });
    node.on("input", (_message, _send, done) => done());
  }

  RED.nodes.registerType("gh-device-simulator", DeviceSimulator);
}

/** One simulator at work: its core, its timer and its end of the link. */
class Simulation {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #core: MeshSimulator;
  readonly #link: LastingLink;
  readonly #line: StatusLine;
  readonly #unheard = { unheard: 0, full: 0 };

  constructor(RED: NodeAPI, node: Node, options: SimulatorOptions) {
    this.#RED = RED;
    this.#node = node;
    this.#line = statusLine(node);
    this.#core = new MeshSimulator(options.mesh, now());
    const { target } = options;
    this.#link = new LastingLink({
      open:
        target.kind === "sim" ? async (listener) => hostSim(target.name, listener) : linkOpener(target, options.serial),
      queueBytes: QUEUE_BYTES,
      openDetail: options.targetText,
    });
    this.#start();
  }

  #start(): void {
    const driver = drive(this.#core, (event: MeshEvent) => this.#perform(event));
    this.#link.subscribe({
      bytes: (chunk) => driver.run(this.#core.receive(chunk, now())),
      state: () => this.#show(),
    });
    const uncollect = addCollector(() => this.#samples());
    this.#node.on("input", (message, _send, done) => {
      try {
        driver.run(this.#obey(message.payload));
        done();
      } catch (error) {
        done(error as Error);
      }
    });
    this.#node.on("close", (_removed: boolean, done: () => void) => {
      driver.stop();
      uncollect();
      this.#line.stop();
      this.#link
        .close()
        .catch((fault: Error) => this.#node.warn(fault.message))
        .finally(done);
    });
  }

  #obey(payload: unknown): readonly MeshEvent[] {
    if (typeof payload === "boolean") {
      this.#core.run(payload, now());
      return [];
    }
    const { restart, counts, dials } = dialsFrom(payload);
    this.#core.turn(dials, now());
    if (counts) this.#node.send({ topic: "simulator/counts", type: "counts", payload: this.#counts() });
    return restart ? this.#core.restart(now()) : [];
  }

  #perform(event: MeshEvent): void {
    if (event.type === "bytes") {
      this.#send(event.bytes);
      this.#show();
    } else if (event.type === "restarted") {
      this.#node.send({ topic: "simulator/restarted", type: "restarted", payload: this.#core.counts.restarts });
    } else {
      this.#node.send({ topic: "simulator/command", type: "command", ...describeCommand(event) });
    }
  }

  /** A wire that nobody listens on takes the bytes all the same; they are counted. */
  #send(bytes: Buffer): void {
    this.#link.write(bytes).catch((error: { code?: string }) => {
      if (error.code === "full") this.#unheard.full++;
      else this.#unheard.unheard++;
    });
  }

  #counts() {
    return { ...this.#core.counts, ...this.#unheard };
  }

  #show(): void {
    this.#line.show(() => this.#status());
  }

  #status() {
    const { name, detail } = this.#link.state;
    const { sent } = this.#core.counts;
    const { nodes } = this.#core.dials;
    const text = this.#RED._(`device-simulator.status.${name}`, { detail, sent, nodes });
    return name === "open"
      ? ({ fill: "green", shape: "dot", text } as const)
      : ({ fill: "yellow", shape: "ring", text } as const);
  }

  *#samples(): Iterable<Sample> {
    const where = this.#node.name || this.#node.id;
    const { sent, lost, deafBytes } = this.#core.counts;
    yield { name: "gatehouse_simulated_frames_total", labels: { simulator: where }, value: sent };
    yield* dropSamples(`device-simulator:${where}`, { lost, "restart-bytes": deafBytes, ...this.#unheard });
  }
}

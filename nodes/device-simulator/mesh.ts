/** The kind `mesh`: a mesh network module at the other end of a byte stream. */
import { type MeshEvent, MeshSimulator } from "../../lib/simulators/mesh.ts";
import { linkOpener } from "../shared/byte-link.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { LastingLink } from "../shared/lasting-link.ts";
import { dropSamples, type Sample } from "../shared/metrics.ts";
import { hostSim } from "../shared/sim-link.ts";
import type { Simulation, SimulationState, SimulatorHost, SimulatorKind } from "./kind.ts";
import { dialsFrom } from "./mesh-dials.ts";
import { describeCommand } from "./mesh-events.ts";
import { type MeshFields, readMeshOptions } from "./mesh-options.ts";

const QUEUE_BYTES = 65_536;

export const meshKind: SimulatorKind = (fields) => {
  const options = readMeshOptions(fields);
  return (host) => new MeshSimulation(options, host);
};

/** Its core, its timer and its end of the link. */
class MeshSimulation implements Simulation {
  readonly #host: SimulatorHost;
  readonly #core: MeshSimulator;
  readonly #link: LastingLink;
  readonly #driver: Driver<MeshEvent>;
  readonly #unheard = { unheard: 0, full: 0 };

  constructor({ target, targetText, serial, mesh }: MeshFields, host: SimulatorHost) {
    this.#host = host;
    this.#core = new MeshSimulator(mesh, now());
    this.#link = new LastingLink({
      open: target.kind === "sim" ? async (listener) => hostSim(target.name, listener) : linkOpener(target, serial),
      queueBytes: QUEUE_BYTES,
      openDetail: targetText,
    });
    this.#driver = drive(this.#core, (event: MeshEvent) => this.#perform(event));
    this.#link.subscribe({
      bytes: (chunk) => this.#driver.run(this.#core.receive(chunk, now())),
      state: () => host.changed(),
    });
  }

  obey(payload: unknown): void {
    this.#driver.run(this.#turn(payload));
  }

  state(): SimulationState {
    const { name, detail } = this.#link.state;
    const works = name === "open";
    const values = { detail, sent: this.#core.counts.sent, nodes: this.#core.dials.nodes };
    return { works, key: works ? "mesh" : name, values };
  }

  *samples(where: string): Iterable<Sample> {
    const { sent, lost, deafBytes, asked, answered } = this.#core.counts;
    yield { name: "gatehouse_simulated_frames_total", labels: { simulator: where }, value: sent };
    for (const [state, value] of Object.entries({ asked, answered })) {
      yield { name: "gatehouse_simulated_requests_total", labels: { simulator: where, state }, value };
    }
    yield* dropSamples(`device-simulator:${where}`, { lost, "restart-bytes": deafBytes, ...this.#unheard });
  }

  close(): Promise<void> {
    this.#driver.stop();
    return this.#link.close();
  }

  #turn(payload: unknown): readonly MeshEvent[] {
    if (typeof payload === "boolean") {
      this.#core.run(payload, now());
      return [];
    }
    const { restart, counts, dials } = dialsFrom(payload);
    this.#core.turn(dials, now());
    if (counts) this.#host.send({ topic: "simulator/counts", type: "counts", payload: this.#counts() });
    return restart ? this.#core.restart(now()) : [];
  }

  #perform(event: MeshEvent): void {
    if (event.type === "bytes") {
      this.#send(event.bytes);
      this.#host.changed();
    } else if (event.type === "restarted") {
      this.#host.send({ topic: "simulator/restarted", type: "restarted", payload: this.#core.counts.restarts });
    } else {
      this.#host.send({ topic: "simulator/command", type: "command", ...describeCommand(event) });
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
}

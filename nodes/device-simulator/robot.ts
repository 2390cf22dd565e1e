/** The kind `robot`: robots with tokens of their own, on TCP connections of their own. */
import { type RobotDials, type RobotEvent, RobotSimulator } from "../../lib/simulators/robot.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { type LentToken, lendToken } from "../shared/lent-tokens.ts";
import { dropSamples, type Sample } from "../shared/metrics.ts";
import { sinceRealPeer } from "../shared/simulated.ts";
import type { Turned } from "./dials.ts";
import type { Simulation, SimulationState, SimulatorHost, SimulatorKind } from "./kind.ts";
import { LineLink } from "./line-link.ts";
import { ROBOT_DIALS, type RobotFields, readRobotOptions } from "./robot-options.ts";

const NAMES = ["sim-ada", "sim-bob"];
/** After so long without a real robot the simulated ones come back. */
const ASIDE_MS = 30_000;
const LOOK_MS = 500;

export const robotKind: SimulatorKind = (fields) => {
  const options = readRobotOptions(fields);
  return (host) => new RobotSimulation(options, host);
};

interface SimulatedRobot {
  readonly token: LentToken;
  readonly core: RobotSimulator;
  readonly driver: Driver<RobotEvent>;
  readonly link: LineLink;
}

class RobotSimulation implements Simulation {
  readonly #host: SimulatorHost;
  readonly #port: number;
  readonly #robots: readonly SimulatedRobot[];
  readonly #looking: NodeJS.Timeout;
  #unheard = 0;
  #isAside = false;

  constructor(options: RobotFields, host: SimulatorHost) {
    this.#host = host;
    this.#port = options.port;
    this.#robots = Array.from({ length: options.robots }, (_, index) => this.#make(options, index));
    this.#look();
    this.#looking = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  #make({ host, port, seed, dials }: RobotFields, index: number): SimulatedRobot {
    const name = NAMES[index] ?? `sim-${index + 1}`;
    const token = lendToken(name, [`publish:robot/${name}/#`]);
    // Both forms are in the field.
    const ending = index % 2 === 0 ? "\n" : "done\n";
    const core = new RobotSimulator({ ...dials, seed: seed + index, token: token.text, ending }, now());
    // Before its first connection it says nothing: nobody would hear it.
    let isMet = false;
    const speaker = {
      handleTimer: (time: number) => core.handleTimer(time),
      nextDeadline: () => (isMet ? core.nextDeadline() : null),
    };
    const link = new LineLink(host, port, {
      line: (text) => this.#hear(name, core, text),
      changed: () => {
        if (link.isOpen) {
          core.open();
          isMet = true;
          driver.run([]);
        }
        this.#host.changed();
      },
    });
    const driver = drive<RobotEvent>(speaker, ({ pieces }) => {
      if (!link.write(pieces)) this.#unheard++;
      this.#host.changed();
    });
    return { token, core, driver, link };
  }

  #hear(name: string, core: RobotSimulator, payload: string): void {
    core.receive(payload);
    this.#host.send({ topic: `simulator/${name}`, type: "answer", payload });
  }

  /** A real robot finds the place empty. */
  #look(): void {
    this.#isAside = sinceRealPeer("tcp", this.#port) < ASIDE_MS;
    for (const { link } of this.#robots) {
      if (this.#isAside) link.stop();
      else link.start();
    }
    this.#host.changed();
  }

  obey(payload: unknown): void {
    if (typeof payload === "boolean") this.#each((core) => core.run(payload));
    else this.#turn(ROBOT_DIALS.turn(payload));
  }

  #turn({ counts, dials }: Turned<RobotDials>): void {
    this.#each((core) => core.turn(dials, now()));
    if (counts) this.#host.send({ topic: "simulator/counts", type: "counts", payload: this.#counts() });
  }

  #each(work: (core: RobotSimulator) => void): void {
    for (const { core, driver } of this.#robots) {
      work(core);
      driver.run([]);
    }
  }

  #counts(): Record<string, number> {
    const sums: Record<string, number> = { unheard: this.#unheard };
    for (const { core } of this.#robots) {
      for (const [name, count] of Object.entries(core.counts)) sums[name] = (sums[name] ?? 0) + count;
    }
    return sums;
  }

  state(): SimulationState {
    const open = this.#robots.filter(({ link }) => link.isOpen).length;
    const { messages = 0 } = this.#counts();
    const values = { robots: open, port: this.#port, sent: messages - this.#unheard };
    if (this.#isAside) return { works: false, key: "aside", values };
    return open > 0 ? { works: true, key: "robot", values } : { works: false, key: "connecting", values };
  }

  *samples(where: string): Iterable<Sample> {
    const { messages = 0 } = this.#counts();
    yield { name: "gatehouse_simulated_messages_total", labels: { simulator: where }, value: messages };
    yield* dropSamples(`device-simulator:${where}`, { unheard: this.#unheard });
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    for (const { token, driver, link } of this.#robots) {
      driver.stop();
      link.stop();
      token.end();
    }
  }
}

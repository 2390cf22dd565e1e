/** Simulated devices that speak as real ones do; each kind is a row of `KINDS`. */
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import type { Simulation, SimulationState, SimulatorHost } from "./device-simulator/kind.ts";
import { KINDS } from "./device-simulator/kinds.ts";
import { addCollector } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { choiceOption, type Fields, flagOption } from "./shared/options.ts";
import { type StatusLine, statusLine } from "./shared/status.ts";
import { whenClosed } from "./shared/when-closed.ts";

const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

export default function register(RED: NodeAPI): void {
  function DeviceSimulator(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      const begin = KINDS[choiceOption(fields, "kind", NAMES, "mesh")](fields);
      if (flagOption(fields, "simulate", true)) run(this, begin);
      else beSilent(this);
    } catch (error) {
      optionFault(this, error);
    }
  }

  function beSilent(node: Node): void {
    node.status({ fill: "grey", shape: "ring", text: RED._("device-simulator.status.silent") });
    node.on("input", (_message, _send, done) => done());
  }

  function run(node: Node, begin: (host: SimulatorHost) => Simulation): void {
    const line = statusLine(node);
    let simulation: Simulation | null = null;
    // The first change may be told before the simulation is there to be asked.
    const changed = () => simulation && line.show(() => statusOf(simulation!.state()));
    simulation = begin({ send: (message) => node.send(message), changed });
    changed();
    serve(node, simulation, line);
  }

  function serve(node: Node, simulation: Simulation, line: StatusLine): void {
    const uncollect = addCollector(node, (_, name) => simulation.samples(name));
    node.on("input", (message, _send, done) => {
      try {
        simulation.obey(message.payload);
        done();
      } catch (error) {
        done(error as Error);
      }
    });
    whenClosed(node, "the devices were not gone", () => {
      uncollect();
      line.stop();
      return simulation.close();
    });
  }

  function statusOf({ works, key, values }: SimulationState): NodeStatus {
    const text = RED._(`device-simulator.status.${key}`, values);
    return works ? { fill: "green", shape: "dot", text } : { fill: "yellow", shape: "ring", text };
  }

  RED.nodes.registerType("gh-device-simulator", DeviceSimulator);
}

/** Config node: one serial device, TCP bridge or simulator, opened for ever, shared by its users. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import { linkOpener } from "./shared/byte-link.ts";
import { LastingLink, type LinkState, type LinkUser } from "./shared/lasting-link.ts";
import { LinkError } from "./shared/link-error.ts";
import { addCollector, type Counting, dropSamples, type Sample } from "./shared/metrics.ts";
import type { Fields } from "./shared/options.ts";
import { watchSim } from "./shared/sim-link.ts";
import { whenClosed } from "./shared/when-closed.ts";
import { holdDevice } from "./uart-port/held-devices.ts";
import { listPorts } from "./uart-port/port-list.ts";
import { readPortOptions, type UartPortOptions } from "./uart-port/read-options.ts";

export type PortState = LinkState;
/** Codes "closed", "full" and "expired" come from `write`. */
export { LinkError as PortError };

export interface UartPortNode extends Node {
  /** As the user wrote it. */
  device: string;
  /** Bytes and state as they come; `state` is called at once with the present one. Returns unsubscribe. */
  subscribe(listener: LinkUser): () => void;
  /** Resolves when the bytes are on the wire; rejects with PortError. `deadline`: milliseconds since 1970. */
  write(bytes: Uint8Array, deadline?: number): Promise<void>;
}

/** A simulator of the same deploy may start a moment after the port. */
const SIM_GRACE_MS = 300;

export default function register(RED: NodeAPI): void {
  function UartPort(this: UartPortNode, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    this.device = String(fields.device ?? "");
    try {
      serve(this, readPortOptions(fields));
    } catch (error) {
      fail(this, error as Error);
    }
  }

  function serve(node: UartPortNode, options: UartPortOptions): void {
    const link = openFor(node, options);
    node.subscribe = (user) => link.subscribe(user);
    node.write = (bytes, deadline) => link.write(bytes, deadline);
    const { device, deviceText } = options;
    const unwatch = device.kind === "sim" ? watchSim(device.name, () => link.hurry()) : undefined;
    const uncollect = addCollector(countingOf(node, deviceText), (where, port) => samplesOf(where, port, link));
    whenClosed(node, "the port was not free", () => {
      unwatch?.();
      uncollect();
      return link.close();
    });
  }

  function openFor(node: UartPortNode, options: UartPortOptions): LastingLink {
    const { device, deviceText } = options;
    const open = linkOpener(device, options.serial);
    const holder = { id: node.id, label: node.name || node.id };
    let release = () => {};
    const link = new LastingLink({
      open: async (listener, signal) => {
        release = holdDevice(device, holder);
        return open(listener, signal);
      },
      queueBytes: options.queueBytes,
      backoff: { graceMs: device.kind === "sim" ? SIM_GRACE_MS : 0 },
      openDetail: deviceText,
      changed: (state) => {
        if (state.name === "open") node.log(RED._("uart-port.log.open", { device: deviceText }));
        else node.warn(RED._("uart-port.log.waiting", { device: deviceText, detail: state.detail }));
      },
      released: () => release(),
    });
    return link;
  }

  RED.nodes.registerType("gh-uart-port", UartPort);
  RED.httpAdmin.get("/gatehouse/uart-ports", RED.auth.needsPermission("gh-uart-port.read"), (_request, response) => {
    listPorts().then(
      (ports) => response.json(ports),
      (fault: Error) => response.status(500).json({ error: "failed", message: fault.message }),
    );
  });
}

/** Stays inert: its users show the fault. */
function fail(node: UartPortNode, error: Error): void {
  node.error(error.message);
  node.subscribe = (user) => {
    user.state?.({ name: "failed", detail: error.message });
    return () => undefined;
  };
  node.write = () => Promise.reject(new LinkError("closed", error.message));
}

/** One without a name is known by its device. */
function countingOf({ id, type, name }: UartPortNode, deviceText: string): Counting {
  return { id, type, name: name || deviceText };
}

function* samplesOf(where: string, port: string, link: LastingLink): Iterable<Sample> {
  const { counts, queue } = link;
  const bytes = (direction: string, value: number) => ({
    name: "gatehouse_uart_bytes_total",
    labels: { port, direction },
    value,
  });
  yield bytes("in", counts.bytesIn);
  yield bytes("out", queue.counts.bytesOut);
  yield { name: "gatehouse_uart_open", labels: { port }, value: link.state.name === "open" ? 1 : 0 };
  yield { name: "gatehouse_uart_queued_bytes", labels: { port }, value: queue.heldBytes };
  yield { name: "gatehouse_uart_reconnects_total", labels: { port }, value: counts.reconnects };
  yield* dropSamples(where, queue.counts.dropped);
}

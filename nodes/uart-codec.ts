/** Turns the bytes of a mesh module into readings, and commands into bytes. */
import type { Node, NodeAPI, NodeDef, NodeMessage } from "node-red";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import { StreamDecoder } from "./uart-codec/decode.ts";
import { encodeToFrames } from "./uart-codec/encode.ts";
import { readCodecOptions, type UartCodecOptions } from "./uart-codec/read-options.ts";

type Send = (message: NodeMessage | (NodeMessage | null)[]) => void;

export default function register(RED: NodeAPI): void {
  function UartCodec(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      const options = readCodecOptions(fields);
      if (options.mode === "decode") serveDecoder(this, options);
      else serveEncoder(this, options);
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serveDecoder(node: Node, options: UartCodecOptions): void {
    let send: Send = (message) => node.send(message as NodeMessage);
    const decoder = new StreamDecoder(options, {
      reading: (message) => send(message),
      fault: (message) => send([null, message]),
    });
    const line = statusLine(node);
    const uncollect = addCollector(node, (where, codec) => samplesOf(where, codec, decoder));
    const status = () => {
      const { frames } = decoder.counts;
      const dropped = decoder.droppedTotal;
      const text = RED._("uart-codec.status.decoded", { frames, dropped });
      return { fill: dropped > 0 ? "yellow" : "green", shape: "dot", text } as const;
    };
    node.on("input", (message: GatehouseMessage, sendNow, done) => {
      if (isOfLink(message)) {
        if (message.type === "closed") decoder.forget(message);
        return done();
      }
      if (!(message.payload instanceof Uint8Array)) return done(notBytes(message.payload));
      send = sendNow as Send;
      decoder.receive(message, message.payload, Date.now());
      line.show(status);
      done();
    });
    node.on("close", () => {
      uncollect();
      line.stop();
    });
  }

  function serveEncoder(node: Node, options: UartCodecOptions): void {
    let encoded = 0;
    const line = statusLine(node);
    const status = () =>
      ({ fill: "green", shape: "dot", text: RED._("uart-codec.status.encoded", { frames: encoded }) }) as const;
    node.on("input", (message: GatehouseMessage, send, done) => {
      let bytes: Buffer;
      try {
        bytes = encodeToFrames(message, options);
      } catch (error) {
        return done(error as Error);
      }
      encoded++;
      message.payload = bytes;
      send(message);
      line.show(status);
      done();
    });
    node.on("close", () => line.stop());
  }

  RED.nodes.registerType("uart-codec", UartCodec);
}

/** `uart-in` and `session-in` tell by these where a stream begins and ends. */
function isOfLink({ type, _session }: GatehouseMessage): boolean {
  return _session !== undefined && (type === "opened" || type === "ended" || type === "closed");
}

function notBytes(payload: unknown): TypeError {
  return new TypeError(`msg.payload must be a Buffer, got ${payload === null ? "null" : typeof payload}`);
}

function* samplesOf(where: string, codec: string, { counts }: StreamDecoder): Iterable<Sample> {
  yield { name: "gatehouse_uart_frames_total", labels: { codec }, value: counts.frames };
  yield { name: "gatehouse_uart_readings_total", labels: { codec }, value: counts.readings };
  yield { name: "gatehouse_uart_noise_lines_total", labels: { codec }, value: counts.noiseLines };
  yield* dropSamples(where, counts.dropped);
}

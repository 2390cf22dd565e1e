/** Bytes become readings: one frame decoder for each connection, and what they find as messages. */
import { Pace } from "../../lib/pace.ts";
import { type DropReason, FrameDecoder, type FrameSink } from "../../lib/uart/frame-decoder.ts";
import { decodeMessage, type MeshReading } from "../../lib/uart/messages.ts";
import { typeOfWire } from "../../lib/uart/type-names.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { UartCodecOptions } from "./read-options.ts";

/** Connections whose half-received frames are kept; the one unheard for longest gives way. */
const MAX_DECODERS = 64;
const HEAD_BYTES = 16;
/** Above this, `auto` hands on lists: a message of its own costs several times what a reading does (bench `flow`). */
const LISTS_ABOVE_PER_SECOND = 5000;
/** Of devices and types that are remembered; then they are learned anew. */
const MAX_NAMES = 10_000;

type DroppedReason = DropReason | "malformed" | "unknown-opcode" | "unknown-type" | "evicted";

interface Name {
  readonly device: string;
  readonly type: string;
  readonly topic: string;
}

/** One of a batch. */
interface Reading extends Name {
  readonly payload: unknown;
  readonly raw: Buffer;
  readonly time: number;
}

/** The two outputs. */
interface DecodeOutput {
  reading(message: GatehouseMessage): void;
  fault(message: GatehouseMessage): void;
}

export class StreamDecoder implements FrameSink {
  readonly counts = { frames: 0, readings: 0, noiseLines: 0, dropped: {} as Partial<Record<DroppedReason, number>> };
  readonly #options: UartCodecOptions;
  readonly #output: DecodeOutput;
  readonly #decoders = new Map<string, FrameDecoder>();
  /** Of the chunk under way. */
  #source: GatehouseMessage = { _msgid: "" };
  #time = 0;
  #asList = false;
  #batch: Reading[] = [];
  readonly #pace = new Pace(LISTS_ABOVE_PER_SECOND);
  readonly #names = new Map<number, Map<string, Name>>();
  #nameCount = 0;

  constructor(options: UartCodecOptions, output: DecodeOutput) {
    this.#options = options;
    this.#output = output;
  }

  /** `time`: milliseconds since 1970, stamped on all readings of the chunk. */
  receive(message: GatehouseMessage, chunk: Uint8Array, time: number): void {
    this.#source = message;
    this.#time = time;
    const { batch } = this.#options;
    const before = this.counts.readings;
    this.#asList = batch === "chunk" || (batch === "auto" && this.#pace.isFast(time));
    this.#decoderOf(sessionKey(message)).receive(chunk);
    this.#pace.note(this.counts.readings - before, time);
    if (this.#batch.length > 0) this.#sendBatch();
  }

  /** The connection is gone, and with it the rest of its last frame. */
  forget(message: GatehouseMessage): void {
    this.#decoders.delete(sessionKey(message));
  }

  get droppedTotal(): number {
    return Object.values(this.counts.dropped).reduce((sum, count) => sum + count, 0);
  }

  frame(payload: Buffer): void {
    this.counts.frames++;
    const result = decodeMessage(payload, this.#options.layout, this.#options.types);
    if ("dropped" in result) {
      const { dropped, offset, detail } = result;
      this.#drop(dropped, offset, payload.length, payload.subarray(0, HEAD_BYTES), detail);
    } else {
      for (const reading of result.readings) this.#take(reading);
    }
  }

  dropped(reason: DropReason, offset: number, head: Buffer): void {
    this.#drop(reason, offset, head.length, head);
  }

  noise(line: string): void {
    this.counts.noiseLines++;
    const topic = `${this.#options.network}/noise`;
    this.#output.fault({ ...this.#source, topic, type: "noise", payload: line });
  }

  #decoderOf(key: string): FrameDecoder {
    const known = this.#decoders.get(key);
    if (known) {
      // The map's order is that of last use; with one connection there is nothing to move.
      if (this.#decoders.size > 1) {
        this.#decoders.delete(key);
        this.#decoders.set(key, known);
      }
      return known;
    }
    if (this.#decoders.size >= MAX_DECODERS) this.#evict();
    const decoder = new FrameDecoder(this, { ...this.#options, views: true });
    this.#decoders.set(key, decoder);
    return decoder;
  }

  #evict(): void {
    const [oldest] = this.#decoders.keys();
    this.#decoders.delete(oldest!);
    this.#count("evicted");
  }

  #take({ address, type: wire, value, raw }: MeshReading): void {
    this.counts.readings++;
    const { device, type, topic } = this.#nameOf(address, wire);
    const time = this.#time;
    if (this.#asList) this.#batch.push({ device, type, payload: value, raw, time, topic });
    else this.#output.reading({ ...this.#source, device, type, payload: value, raw, time, topic });
  }

  /** The same strings each time: whoever looks them up in a map need not hash them anew. */
  #nameOf(address: number, wire: string): Name {
    const known = this.#names.get(address)?.get(wire);
    if (known) return known;
    if (this.#nameCount === MAX_NAMES) {
      this.#names.clear();
      this.#nameCount = 0;
    }
    const device = `${this.#options.network}/${address}`;
    const type = typeOfWire(wire);
    const name = { device, type, topic: `${device}/${type}` };
    const names = this.#names.get(address) ?? new Map<string, Name>();
    this.#names.set(address, names.set(wire, name));
    this.#nameCount++;
    return name;
  }

  #sendBatch(): void {
    const payload = this.#batch;
    this.#batch = [];
    this.#output.reading({ ...this.#source, payload, topic: this.#options.network });
  }

  #drop(reason: DroppedReason, offset: number, length: number, head: Buffer, detail?: string): void {
    this.#count(reason);
    const payload = { reason, offset, length, hex: head.toString("hex"), ...(detail ? { detail } : {}) };
    this.#output.fault({ ...this.#source, topic: `${this.#options.network}/dropped`, type: "dropped", payload });
  }

  #count(reason: DroppedReason): void {
    this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + 1;
  }
}

function sessionKey({ _session }: GatehouseMessage): string {
  return _session ? `${_session.type} ${_session.id}` : "";
}

/** A simulated mesh: nodes on a track, and the module that speaks for them on a serial line. */
import { DataTypeTable } from "../uart/data-types.ts";
import { encodeFrame } from "../uart/frame.ts";
import { FrameDecoder } from "../uart/frame-decoder.ts";
import { encodeReadings, type ReadingToSend } from "../uart/messages.ts";
import { BadWire, type WireFaults } from "./bad-wire.ts";
import { type ReceivedCommand, readCommand } from "./mesh-commands.ts";
import { MESH_TYPES } from "./mesh-types.ts";
import { Random } from "./random.ts";
import { Vehicles } from "./vehicles.ts";

/** What can be turned while it runs. */
export interface MeshDials extends WireFaults {
  readonly nodes: number;
  /** Messages of each node in a second. */
  readonly rate: number;
  /** In a minute, on average. */
  readonly restarts: number;
}

export interface MeshOptions extends MeshDials {
  readonly seed: number;
  readonly generation: 1 | 2;
  readonly crc: boolean;
}

export type MeshEvent =
  | { readonly type: "bytes"; readonly bytes: Buffer }
  | { readonly type: "command"; readonly command: ReceivedCommand | null; readonly payload: Buffer }
  | { readonly type: "restarted" };

const MINUTE_MS = 60_000;
/** The module is deaf and silent for so long. */
const RESTART_MS = 1500;

export class MeshSimulator {
  readonly #own = { restarts: 0, commands: 0, deafBytes: 0 };
  readonly #options: MeshOptions;
  readonly #types = new DataTypeTable(MESH_TYPES);
  readonly #random: Random;
  readonly #wire: BadWire;
  readonly #vehicles: Vehicles;
  readonly #decoder: FrameDecoder;
  readonly #started: number;
  #dials: MeshDials;
  #due: number[] = [];
  #restartAt = Number.POSITIVE_INFINITY;
  /** While it restarts: when it is back. */
  #backAt: number | null = null;
  #running = true;
  /** Of the input under way. */
  #now = 0;
  #events: MeshEvent[] = [];

  constructor(options: MeshOptions, now: number) {
    this.#options = options;
    this.#dials = options;
    this.#random = new Random(options.seed);
    this.#wire = new BadWire(this.#random);
    this.#vehicles = new Vehicles(this.#random, options.generation === 1);
    this.#started = now;
    this.#decoder = new FrameDecoder(
      { frame: (payload) => this.#obey(payload), dropped: () => undefined, noise: () => undefined },
      { crc: options.crc },
    );
    this.#schedule(now);
  }

  /** Frames made, sent, lost, corrupted, cut; restarts; commands; bytes that came during a restart. */
  get counts() {
    return { ...this.#wire.counts, ...this.#own };
  }

  get dials(): MeshDials {
    return this.#dials;
  }

  turn(dials: Partial<MeshDials>, now: number): void {
    this.#dials = { ...this.#dials, ...dials };
    this.#schedule(now);
  }

  /** Whether nodes send by themselves; commands are answered either way. */
  run(running: boolean, now: number): void {
    if (running && !this.#running) this.#schedule(now);
    this.#running = running;
  }

  /** Bytes from the gateway. */
  receive(bytes: Uint8Array, now: number): readonly MeshEvent[] {
    if (this.#backAt !== null) {
      this.#own.deafBytes += bytes.length;
      return [];
    }
    this.#now = now;
    this.#decoder.receive(bytes);
    return this.#take();
  }

  restart(now: number): readonly MeshEvent[] {
    if (this.#backAt === null) this.#goDown(now);
    return this.#take();
  }

  handleTimer(now: number): readonly MeshEvent[] {
    if (this.#backAt !== null) this.#comeBack(now);
    else if (this.#running) this.#work(now);
    return this.#take();
  }

  nextDeadline(): number | null {
    if (this.#backAt !== null) return this.#backAt;
    return this.#running ? Math.min(this.#restartAt, ...this.#due) : null;
  }

  #work(now: number): void {
    if (now >= this.#restartAt) this.#goDown(now);
    else this.#reportDue(now);
  }

  #reportDue(now: number): void {
    const period = 1000 / this.#dials.rate;
    this.#due.forEach((due, index) => {
      if (now < due) return;
      this.#report(index + 1, now);
      // What a stopped process missed is not made up for.
      this.#due[index] = due + period > now ? due + period : now + period;
    });
  }

  /** Nodes take turns, evenly over a period. */
  #schedule(now: number): void {
    const { nodes, rate, restarts } = this.#dials;
    const step = 1000 / rate / nodes;
    this.#due = Array.from({ length: nodes }, (_, index) => now + step * (index + 1));
    this.#restartAt = restarts > 0 ? now + this.#random.wait(MINUTE_MS / restarts) : Number.POSITIVE_INFINITY;
  }

  #goDown(now: number): void {
    this.#own.restarts++;
    this.#backAt = now + RESTART_MS;
    this.#events.push({ type: "restarted" });
    // It goes down in the middle of a line.
    this.#print("module: restart requested, ra");
  }

  #comeBack(now: number): void {
    if (now < this.#backAt!) return;
    this.#backAt = null;
    this.#print(`\r\nmodule: power-on reset\r\nmodule: root up, ${this.#dials.nodes} nodes\r\n`);
    this.#schedule(now);
  }

  #report(address: number, now: number): void {
    this.#send(address, this.#vehicles.readings(address, (now - this.#started) / 1000, this.#dials.nodes));
  }

  #send(address: number, readings: readonly ReadingToSend[]): void {
    const layout = this.#options.generation === 1 ? "type3" : "opcode1";
    this.#transmit(encodeFrame(encodeReadings(address, readings, layout, this.#types), { crc: this.#options.crc }));
  }

  #transmit(frame: Buffer): void {
    const bytes = this.#wire.pass(frame, this.#dials);
    if (bytes) this.#events.push({ type: "bytes", bytes });
  }

  #print(text: string): void {
    this.#events.push({ type: "bytes", bytes: Buffer.from(text) });
  }

  #obey(payload: Buffer): void {
    const command = readCommand(payload, this.#options.generation);
    this.#own.commands++;
    this.#events.push({ type: "command", command, payload });
    if (!command) return;
    const { word, address, message } = command;
    if (word === "SEND-" || word === "SENDI") this.#echo(address!, message);
    else if (word === "BCAST") for (let node = 1; node <= this.#dials.nodes; node++) this.#echo(node, message);
    else if (word === "NINFO") this.#print(`module: ${this.#dials.nodes} nodes: ${this.#addresses().join(" ")}\r\n`);
    else if (word === "RST-R") this.#goDown(this.#now);
  }

  /** A node answers with the text it was sent: `[M]`, or `E` in the later generation. */
  #echo(address: number, message: Buffer): void {
    if (address < 1 || address > this.#dials.nodes) return;
    this.#send(address, [{ type: this.#options.generation === 1 ? "message" : "echo", value: message }]);
  }

  #addresses(): number[] {
    return Array.from({ length: this.#dials.nodes }, (_, index) => index + 1);
  }

  #take(): readonly MeshEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

/** A simulated mesh: nodes on a track, and the module that speaks for them on a serial line. */
import { DataTypeTable } from "../uart/data-types.ts";
import { encodeFrame } from "../uart/frame.ts";
import { FrameDecoder } from "../uart/frame-decoder.ts";
import { encodeReadings, type ReadingToSend } from "../uart/messages.ts";
import { BadWire } from "./bad-wire.ts";
import { addresses, answersTo, connected } from "./mesh-answers.ts";
import { type ReceivedCommand, readCommand } from "./mesh-commands.ts";
import type { MeshDials, MeshOptions } from "./mesh-dials.ts";
import { Questions } from "./mesh-questions.ts";
import { MeshTurns } from "./mesh-turns.ts";
import { MESH_TYPES } from "./mesh-types.ts";
import { Random } from "./random.ts";
import { Vehicles } from "./vehicles.ts";

export type { MeshDials, MeshOptions } from "./mesh-dials.ts";

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
  readonly #turns = new MeshTurns();
  readonly #questions: Questions;
  /** Nodes of the later generation that have told their uuid. */
  readonly #introduced = new Set<number>();
  readonly #decoder: FrameDecoder;
  readonly #started: number;
  #dials: MeshDials;
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
    this.#questions = new Questions(this.#random);
    this.#started = now;
    this.#decoder = new FrameDecoder(
      { frame: (payload) => this.#obey(payload), dropped: () => undefined, noise: () => undefined },
      { crc: options.crc },
    );
    this.#schedule(now);
  }

  /**
   * Frames made, sent, lost, corrupted, cut; restarts; commands; bytes that came during a restart; questions asked and
   * answered, and replies that nobody had asked for.
   */
  get counts() {
    return { ...this.#wire.counts, ...this.#own, ...this.#questions.counts };
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
    return this.#running ? Math.min(this.#restartAt, this.#questions.at, this.#turns.next()) : null;
  }

  #work(now: number): void {
    if (now >= this.#restartAt) {
      this.#goDown(now);
      return;
    }
    for (const address of this.#turns.take(now)) this.#report(address, now);
    if (now >= this.#questions.at) this.#ask(now);
  }

  #ask(now: number): void {
    const { address, text } = this.#questions.ask(this.#dials.nodes, now);
    this.#send(address, [{ type: "request", value: text }]);
  }

  #schedule(now: number): void {
    const { nodes, rate, restarts, requests } = this.#dials;
    this.#turns.schedule(nodes, rate, now);
    this.#restartAt = restarts > 0 ? now + this.#random.wait(MINUTE_MS / restarts) : Number.POSITIVE_INFINITY;
    this.#questions.schedule(requests, now);
  }

  #goDown(now: number): void {
    this.#own.restarts++;
    this.#backAt = now + RESTART_MS;
    this.#introduced.clear();
    this.#questions.forget();
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
    if (this.#options.generation === 2 && !this.#introduced.has(address)) this.#introduce(address);
    this.#send(address, this.#vehicles.readings(address, (now - this.#started) / 1000, this.#dials.nodes));
  }

  #introduce(address: number): void {
    this.#introduced.add(address);
    this.#send(address, [connected(address, this.#options.seed).reading]);
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
    const { nodes } = this.#dials;
    if (command.word === "<R>") this.#questions.reply(command.address!);
    if (command.word === "RST-R") this.#goDown(this.#now);
    if (command.word === "NINFO") this.#print(`module: ${nodes} nodes: ${addresses(nodes).join(" ")}\r\n`);
    for (const { address, reading } of answersTo(command, nodes, this.#options.generation, this.#options.seed)) {
      this.#send(address, [reading]);
    }
  }

  #take(): readonly MeshEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

/** Node-RED with all contenders in one flow, and the source of their values. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Runtime, startRuntime } from "../flow-runtime.ts";
import { CONTENDERS, type ContenderName, VALUES, writeUibuilderPage } from "./contenders.ts";
import { CLOCK_MS, type ServerReply, type SourceCommand } from "./protocol.ts";

const TICK_MS = 10;
/** A server that is late with more than this much leaves the rest out. */
const MOST_LATE_MS = 100;

class Source {
  readonly #red: Runtime;
  #asked: SourceCommand = { name: "gatehouse", perSecond: 0 };
  #due = 0;
  #at = 0;
  #before = performance.now();
  sent = 0;

  constructor(red: Runtime) {
    this.#red = red;
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** What was sent since the last time. */
  set(asked: SourceCommand): number {
    const { sent } = this;
    this.sent = 0;
    this.#asked = asked;
    this.#due = 0;
    return sent;
  }

  #tick(): void {
    const { name, perSecond, together } = this.#asked;
    const now = performance.now();
    this.#due += (Math.min(now - this.#before, MOST_LATE_MS) * perSecond) / 1000;
    this.#before = now;
    const due = Math.floor(this.#due);
    this.#due -= due;
    this.sent += due;
    const places = Array.from({ length: due }, () => this.#next());
    if (!together) for (const at of places) this.#node(`${name}-${at}`).receive(messageOf(name, at));
    else if (due > 0) this.#node(name).receive({ payload: places.map((at) => messageOf(name, at)) });
  }

  #next(): number {
    this.#at = (this.#at + 1) % VALUES;
    return this.#at;
  }

  #node(id: string): ReturnType<Runtime["nodes"]["getNode"]> {
    return this.#red.nodes.getNode(id);
  }
}

function messageOf(name: ContenderName, at: number): object {
  return CONTENDERS[name].message(at, Date.now() % CLOCK_MS);
}

const reply = (words: ServerReply) => process.send!(words);
const userDir = process.argv[2]!;
rmSync(join(userDir, "bench-nodes"), { recursive: true, force: true });
writeUibuilderPage(userDir);
const flow = [{ id: "tab", type: "tab", label: "bench" }, ...Object.values(CONTENDERS).flatMap((one) => one.flow)];
const { red, origin } = await startRuntime(userDir, flow);
const source = new Source(red);
process.on("message", (command: SourceCommand) => reply({ sent: source.set(command) }));
process.on("disconnect", () => process.exit(0));
reply({ origin });

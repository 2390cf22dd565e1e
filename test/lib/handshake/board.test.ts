import should from "should";
import { BOARD_TRANSITIONS, type BoardEvent, BoardGateway, type BoardState } from "../../../lib/handshake/board.ts";

const FROM = { address: "10.0.0.9", port: 7000 };
const RECORD = '"WINDSTAT",2,33,44';

function shown(event: BoardEvent): string {
  if ("bytes" in event) return `${event.type} ${event.bytes.toString("latin1")}`;
  return event.type === "silent" ? `silent ${event.forMs}` : event.type;
}

class Run {
  now = 0;
  readonly gateway: BoardGateway;
  readonly #told: string[] = [];

  constructor(seeks = false, silentMs = 30_000) {
    this.gateway = new BoardGateway({ seeks, seekEveryMs: 2000, silentMs }, 0);
  }

  hear(text: string): this {
    this.#told.push(...this.gateway.receive(Buffer.from(text, "latin1"), FROM, this.now).map(shown));
    return this;
  }

  wait(ms: number): this {
    const until = this.now + ms;
    for (let due = this.gateway.nextDeadline(); due !== null && due <= until; due = this.gateway.nextDeadline()) {
      this.now = due;
      this.#told.push(...this.gateway.handleTimer(due).map(shown));
    }
    this.now = until;
    return this;
  }

  take(): string[] {
    return this.#told.splice(0);
  }
}

describe("the gateway's side of a board", () => {
  it("answers SYNCH_2 with SYNCH_3", () => {
    should(new Run().hear("SYNCH_2 ").hear("SYNCH_2").take()).deepEqual([
      "reply SYNCH_3 ",
      "synched",
      "reply SYNCH_3 ",
      "synched",
    ]);
  });

  it("takes every other datagram for a record", () => {
    const run = new Run();
    for (const text of [RECORD, "", "HELLO   ", "SYNCH_4 ", "\0\xff"])
      should(run.hear(text).take()).deepEqual(["record"]);
    should(run.gateway.counts.records).equal(5);
  });

  it("passes over the other parts of the handshake", () => {
    const run = new Run().hear("SYNCH_1 ").hear("SYNCH_3 ");
    should(run.take()).be.empty();
    should(run.gateway.counts.unexpected).equal(2);
  });

  it("seeks a board whose address it knows, until it is there, and again when it is silent", () => {
    const run = new Run(true);
    should(run.wait(2000).take()).deepEqual(["seek SYNCH_1 ", "seek SYNCH_1 "]);
    should(run.hear("SYNCH_2 ").wait(10_000).take()).deepEqual(["reply SYNCH_3 ", "synched"]);
    run.hear(RECORD).take();
    should(run.wait(32_000).take()).deepEqual(["silent 30000", "seek SYNCH_1 ", "seek SYNCH_1 "]);
    should(run.hear(RECORD).take()).deepEqual(["heard", "record"]);
    should(run.wait(10_000).take()).be.empty();
  });

  it("seeks nobody where it knows no address", () => {
    should(new Run(false, 0).wait(600_000).take()).be.empty();
  });

  it("says once that no record came for so long, and that one did", () => {
    const run = new Run();
    should(run.wait(90_000).take()).deepEqual(["silent 30000"]);
    should(run.hear("SYNCH_2 ").take()).deepEqual(["reply SYNCH_3 ", "synched"]);
    should(run.gateway.state).equal("silent");
    should(run.hear(RECORD).hear(RECORD).take()).deepEqual(["heard", "record", "record"]);
    should(run.wait(29_999).take()).be.empty();
    should(run.wait(1).take()).deepEqual(["silent 30000"]);
  });

  const INPUTS = {
    synch: (run: Run) => run.hear("SYNCH_2 "),
    record: (run: Run) => run.hear(RECORD),
    quiet: (run: Run) => run.wait(30_000),
  } as const;
  const PATHS: Readonly<Record<BoardState, readonly (keyof typeof INPUTS)[]>> = {
    seeking: [],
    synched: ["synch"],
    receiving: ["record"],
    silent: ["quiet"],
  };

  for (const state of Object.keys(PATHS) as BoardState[]) {
    for (const input of Object.keys(INPUTS) as (keyof typeof INPUTS)[]) {
      const next = BOARD_TRANSITIONS[state][input] ?? state;
      it(`is ${next} after ${input} where it is ${state}`, () => {
        const run = new Run();
        for (const step of PATHS[state]) INPUTS[step](run);
        INPUTS[input](run);
        should(run.gateway.state).equal(next);
      });
    }
  }
});

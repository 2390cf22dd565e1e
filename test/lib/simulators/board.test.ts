/** A simulated board as a timed core. */
import should from "should";
import { type BoardEvent, BoardSimulator } from "../../../lib/simulators/board.ts";

const OPTIONS = { rate: 10, malformed: 0, seed: 1 };
const SYNCH_3 = Buffer.from("SYNCH_3 ");

function texts(events: readonly BoardEvent[]): string[] {
  return events.map((event) => (event.type === "datagram" ? event.bytes.toString() : event.type));
}

/** All that it does up to a time. */
function runUntil(board: BoardSimulator, end: number): BoardEvent[] {
  const events: BoardEvent[] = [];
  for (let at = board.nextDeadline(); at !== null && at <= end; at = board.nextDeadline())
    events.push(...board.handleTimer(at));
  return events;
}

describe("simulated board", () => {
  it("calls each second until a gateway answers, then sends records at its rate", () => {
    const board = new BoardSimulator(OPTIONS, 0);
    should(texts(runUntil(board, 2500))).deepEqual(["SYNCH_2 ", "SYNCH_2 ", "SYNCH_2 "]);
    should(texts(board.receive(SYNCH_3, 2600))).deepEqual(["synched"]);
    const records = runUntil(board, 4600 - 1);
    should(records).have.length(20);
    should(texts(records)[0]).startWith('"WINDSTAT",');
    should(board.counts).have.properties({ records: 20, malformed: 0 });
  });

  it("answers a gateway that looks for it, and begins anew", () => {
    const board = new BoardSimulator(OPTIONS, 0);
    board.receive(SYNCH_3, 0);
    should(texts(board.receive(Buffer.from("SYNCH_1 "), 5))).deepEqual(["SYNCH_2 "]);
    should(board.state).equal("calling");
  });

  it("calls again where nobody listens any more", () => {
    const board = new BoardSimulator(OPTIONS, 0);
    board.receive(SYNCH_3, 0);
    board.refused(100);
    should(texts(runUntil(board, 1100))).deepEqual(["SYNCH_2 "]);
  });

  it("is silent while a real board is there, and calls when it has gone", () => {
    const board = new BoardSimulator(OPTIONS, 0);
    board.receive(SYNCH_3, 0);
    should(texts(board.stepAside(true, 50))).deepEqual(["aside"]);
    should(board.stepAside(true, 60)).be.empty();
    should(board.nextDeadline()).be.null();
    should([...board.burst(5, 70), ...board.bad(), ...board.receive(SYNCH_3, 80)]).be.empty();
    should(texts(board.stepAside(false, 90))).deepEqual(["alone"]);
    should(texts(runUntil(board, 90))).deepEqual(["SYNCH_2 "]);
  });

  it("sends bursts, malformed records by chance and on demand, and stops when told", () => {
    const board = new BoardSimulator({ ...OPTIONS, malformed: 1 }, 0);
    board.receive(SYNCH_3, 0);
    runUntil(board, 999);
    should(board.counts).have.properties({ records: 0, malformed: 10 });
    should(board.burst(500, 1000)).have.length(500);
    should(texts(board.bad("too-few-fields"))).deepEqual(['"WINDSTAT",2,33']);
    board.run(false, 1000);
    should(board.nextDeadline()).be.null();
    board.run(true, 5000);
    should(board.nextDeadline()).equal(5000);
  });

  it("does not make up for more than a moment that it missed", () => {
    const board = new BoardSimulator({ ...OPTIONS, rate: 1000 }, 0);
    board.receive(SYNCH_3, 0);
    should(board.handleTimer(60_000).length).be.within(250, 252);
    board.turn({ rate: 10 }, 60_000);
    should(runUntil(board, 60_999)).have.length(10);
  });
});

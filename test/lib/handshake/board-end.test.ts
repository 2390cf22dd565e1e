import should from "should";
import { BoardGateway } from "../../../lib/handshake/board.ts";
import { BoardEnd, type BoardEndEvent } from "../../../lib/handshake/board-end.ts";

const shown = (events: readonly BoardEndEvent[]) =>
  events.map((event) => ("bytes" in event ? event.bytes.toString("latin1") : event.type));
const bytes = (text: string) => Buffer.from(text, "latin1");

describe("the board's own side", () => {
  it("says SYNCH_2 until it hears SYNCH_3", () => {
    const board = new BoardEnd(1000, 0);
    should(shown(board.handleTimer(0))).deepEqual(["SYNCH_2 "]);
    should(shown(board.handleTimer(999))).be.empty();
    should(shown(board.handleTimer(1000))).deepEqual(["SYNCH_2 "]);
    should(shown(board.receive(bytes("SYNCH_3 "), 1100))).deepEqual(["synched"]);
    should(board.nextDeadline()).be.null();
    should(shown(board.receive(bytes("SYNCH_3 "), 1200))).be.empty();
  });

  it("answers SYNCH_1 with SYNCH_2, also to a gateway that began anew", () => {
    const board = new BoardEnd(1000, 0);
    board.receive(bytes("SYNCH_3 "), 0);
    should(shown(board.receive(bytes("SYNCH_1"), 5000))).deepEqual(["SYNCH_2 "]);
    should(board.state).equal("calling");
    should(board.nextDeadline()).equal(6000);
  });

  it("counts what is no part of it", () => {
    const board = new BoardEnd(1000, 0);
    for (const text of ["", "SYNCH_2 ", "x"]) should(board.receive(bytes(text), 0)).be.empty();
    should(board.counts.unexpected).equal(3);
  });

  it("agrees with a gateway, whoever begins", () => {
    for (const seeks of [true, false]) {
      const board = new BoardEnd(1000, 0);
      const gateway = new BoardGateway({ seeks, seekEveryMs: 1000, silentMs: 0 }, 0);
      const from = { address: "10.0.0.9", port: 7000 };
      const toBoard = gateway.handleTimer(0).flatMap((event) => (event.type === "seek" ? [event.bytes] : []));
      const calls = [...board.handleTimer(0), ...toBoard.flatMap((seek) => board.receive(seek, 0))];
      for (const call of calls) {
        if (call.type !== "call") continue;
        for (const event of gateway.receive(call.bytes, from, 0))
          if (event.type === "reply") board.receive(event.bytes, 0);
      }
      should([board.state, gateway.state]).deepEqual(["synched", "synched"]);
    }
  });
});

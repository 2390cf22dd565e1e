/** What goes to one client whose socket takes no more, and again. */
import should from "should";
import type { DeliveryClass } from "../../../lib/handshake/backlog.ts";
import { Outflow } from "../../../nodes/udp-handshake/outflow.ts";
import type { Sent } from "../../../nodes/udp-handshake/udp-socket.ts";

const TARGET = { address: "10.0.0.1", port: 4000 };

/** A socket that the test makes slow. */
class SlowSocket {
  queued = 0;
  readonly sent: string[] = [];
  readonly #answers: Sent[] = [];

  send(bytes: Uint8Array, _to: unknown, sent?: Sent): void {
    this.sent.push(Buffer.from(bytes).toString());
    if (sent) this.#answers.push(sent);
  }

  get asked(): number {
    return this.#answers.length;
  }

  /** The system has taken everything. */
  answer(error: Error | null = null): void {
    this.queued = 0;
    for (const sent of this.#answers.splice(0)) sent(error);
  }
}

describe("what goes to a client", () => {
  let socket: SlowSocket;

  beforeEach(() => {
    socket = new SlowSocket();
  });

  /** Every send is answered, where not said otherwise. */
  function outflowOf(delivery: DeliveryClass, answeredEvery = 1): Outflow {
    return new Outflow(socket, TARGET, { delivery, most: 3 }, answeredEvery);
  }

  function offer(outflow: Outflow, ...names: string[]): void {
    for (const name of names) outflow.offer(name[0]!, Buffer.from(name));
  }

  it("goes at once while the socket takes it", () => {
    const outflow = outflowOf("log");
    offer(outflow, "a1", "b1", "a2");
    should(socket.sent).deepEqual(["a1", "b1", "a2"]);
    socket.answer();
    should(outflow.counts).deepEqual({ offered: 3, sent: 3, failed: 0, closed: 0 });
  });

  it("waits in order in class log, and the oldest gives way", () => {
    const outflow = outflowOf("log");
    offer(outflow, "a1");
    socket.queued = 100;
    offer(outflow, "b1", "a2", "a3", "a4");
    should(socket.sent).deepEqual(["a1"]);
    should(outflow.held).equal(3);
    socket.answer();
    should(socket.sent).deepEqual(["a1", "a2", "a3", "a4"]);
    socket.answer();
    should(outflow.counts).deepEqual({ offered: 5, sent: 4, failed: 0, closed: 0 });
    should(outflow.dropped).deepEqual({ failed: 0, closed: 0, coalesced: 0, full: 1 });
  });

  it("keeps the newest of each element in class latest", () => {
    const outflow = outflowOf("latest");
    offer(outflow, "a1");
    socket.queued = 100;
    offer(outflow, "b1", "a2", "b2", "a3");
    socket.answer();
    should(socket.sent).deepEqual(["a1", "b2", "a3"]);
    should(outflow.dropped.coalesced).equal(2);
  });

  it("counts what the system refused, and what waited when the client left", () => {
    const outflow = outflowOf("log");
    offer(outflow, "a1", "b1");
    socket.queued = 100;
    offer(outflow, "a2", "a3");
    outflow.close();
    socket.answer(new Error("unreachable"));
    should(outflow.dropped).deepEqual({ failed: 2, closed: 2, coalesced: 0, full: 0 });
    should(outflow.counts.offered).equal(4);
    should(outflow.held).equal(0);
  });

  it("asks for an answer now and then, and always once the system was slow or refused", () => {
    const outflow = outflowOf("log", 4);
    const asked = () => socket.asked;
    offer(outflow, "a1", "a2", "a3");
    should(asked()).equal(0);
    offer(outflow, "a4");
    should(asked()).equal(1);
    socket.answer(new Error("unreachable"));
    offer(outflow, "a5", "a6", "a7", "a8");
    should(asked()).equal(4);
    socket.answer();
    offer(outflow, "a9");
    should(asked()).equal(0);
    should(outflow.counts).deepEqual({ offered: 9, sent: 8, failed: 1, closed: 0 });
  });

  it("lets nothing wait for an answer that nobody gives", () => {
    const outflow = outflowOf("log", 2);
    socket.queued = 100;
    offer(outflow, "a1", "a2");
    should(socket.sent).deepEqual(["a1", "a2"]);
    offer(outflow, "a3");
    should(outflow.held).equal(1);
    socket.answer();
    should(socket.sent).deepEqual(["a1", "a2", "a3"]);
  });
});

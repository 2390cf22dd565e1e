/** Events for one client alone: who gets them, when, and what becomes of those that wait. */
import should from "should";
import { Broadcast } from "../../../lib/sse/broadcast.ts";
import type { Client } from "../../../lib/sse/client.ts";
import { ELEMENTS, READINGS } from "../../../lib/sse/event-form.ts";
import { OwnBroadcast } from "../../../lib/sse/own-broadcast.ts";
import type { DeliveryClass } from "../../../lib/sse/published.ts";

const MAX_LAG = 400;

class Sink {
  writes: string[] = [];
  writableNeedDrain = false;

  write(chunk: Uint8Array): boolean {
    this.writes.push(Buffer.from(chunk).toString());
    return !this.writableNeedDrain;
  }

  values(): number[] {
    return [...this.writes.join("").matchAll(/"value":(\d+)/g)].map((match) => Number(match[1]));
  }
}

describe("events for one client alone", () => {
  let broadcast: Broadcast;
  let own: OwnBroadcast;
  let dropped: Client[];

  beforeEach(() => {
    dropped = [];
    const options = { maxEvents: 64, maxBytes: 64 * 1024, maxLagBytes: MAX_LAG, keepAliveSlots: 1 };
    broadcast = new Broadcast(options, (client) => dropped.push(client));
    own = new OwnBroadcast(broadcast, MAX_LAG);
  });

  function open(filter = "#", form = READINGS): { sink: Sink; client: Client } {
    const sink = new Sink();
    const client = broadcast.open(sink, [filter], form);
    broadcast.join(client);
    return { sink, client };
  }

  function tell(client: Client, value: number, topic = "a/1/t", delivery: DeliveryClass = "log"): boolean {
    return own.publish(client, { topic, value, time: 0 }, delivery);
  }

  it("are written once a tick, in order, without an id, and to nobody else", () => {
    const [one, other] = [open(), open()];
    tell(one.client, 1).should.be.true();
    tell(one.client, 2, "a/1/u");
    own.flush();
    should(one.sink.writes).have.length(1);
    one.sink.values().should.deepEqual([1, 2]);
    should(one.sink.writes[0]).not.match(/^id:/m);
    should(other.sink.writes).be.empty();
  });

  it("are told only of topics that the client asks for, in its form", () => {
    const { sink, client } = open("a/+/t", ELEMENTS);
    tell(client, 1, "a/1/u").should.be.false();
    tell(client, 2);
    own.flush();
    should(sink.writes).deepEqual(['event: message\ndata: {"Element":"t","Data":"2"}\n\n']);
    own.counts.should.deepEqual({ in: 1, told: 1, dropped: { coalesced: 0, gone: 0 } });
  });

  it("wait while the connection takes no more; of class latest only the newest of a topic does", () => {
    const { sink, client } = open();
    sink.writableNeedDrain = true;
    tell(client, 1, "a/1/t", "latest");
    tell(client, 2, "a/1/u", "latest");
    own.flush();
    tell(client, 3, "a/1/t", "latest");
    own.flush();
    should(sink.writes).be.empty();
    own.held.should.equal(2);
    sink.writableNeedDrain = false;
    own.drained(client);
    sink.values().should.deepEqual([2, 3]);
    own.counts.should.deepEqual({ in: 3, told: 2, dropped: { coalesced: 1, gone: 0 } });
  });

  it("end a client that lags beyond its bound, and are counted with it", () => {
    const { sink, client } = open();
    sink.writableNeedDrain = true;
    for (let value = 0; dropped.length === 0; value++) tell(client, value);
    dropped.should.deepEqual([client]);
    tell(client, 99).should.be.false();
    own.flush();
    should(sink.writes).be.empty();
    own.held.should.equal(0);
    should(own.counts.dropped.gone).equal(own.counts.in);
  });

  it("of one long burst end no client that takes them", () => {
    const { sink, client } = open();
    for (let value = 0; value < 50; value++) tell(client, value);
    own.flush();
    dropped.should.be.empty();
    sink.values().should.deepEqual(Array.from({ length: 50 }, (_, value) => value));
  });

  it("are counted as gone where the client leaves before they were written", () => {
    const { client } = open();
    tell(client, 1);
    broadcast.close(client);
    own.close(client);
    own.close(client);
    own.counts.should.deepEqual({ in: 1, told: 0, dropped: { coalesced: 0, gone: 1 } });
  });

  it("have no place in what a client resumes", () => {
    broadcast.follow("e", 0);
    const { client } = open();
    broadcast.publish({ topic: "a/1/t", value: 1, time: 0, cursor: "e-1" });
    tell(client, 2);
    broadcast.flush();
    own.flush();
    const sink = new Sink();
    broadcast.join(broadcast.open(sink, ["#"]), 0);
    sink.values().should.deepEqual([1]);
  });

  it("refuse a value without JSON, and one that is longer than a client may lag", () => {
    const { client } = open();
    should(() => own.publish(client, { topic: "a/1/t", value: 1n, time: 0 }, "log")).throw(TypeError);
    const long = "x".repeat(MAX_LAG);
    should(() => own.publish(client, { topic: "a/1/t", value: long, time: 0 }, "log")).throw(/longer than a browser/);
    own.counts.in.should.equal(0);
  });
});

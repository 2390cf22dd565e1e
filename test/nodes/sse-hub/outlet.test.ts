/** What becomes of readings on their way to a hub. */
import should from "should";
import { Outlet } from "../../../nodes/sse-hub/outlet.ts";
import type { Publication } from "../../../nodes/sse-hub/publication.ts";

describe("an outlet to a hub", () => {
  const reading = (payload: unknown) => ({ topic: "a/1/t", payload });
  const down = (fault: string) => ({ clients: 0, dropped: 0, serves: false, fault });
  const up = { clients: 0, dropped: 0, serves: true };
  let told: unknown[];
  let outlet: Outlet;

  beforeEach(() => {
    told = [];
    outlet = new Outlet("log", {
      publish({ value }: Publication) {
        if (typeof value === "bigint") throw new TypeError("a BigInt has no JSON");
        told.push(value);
      },
      publishTo: (browser, { value }) => void told.push([browser, value]),
      tell: (browser, outcome) => void told.push([browser, outcome]),
    });
  });

  it("reports a hub that does not serve once for each state, and counts what it drops", () => {
    const faults: (string | undefined)[] = [];
    const tell = () => void faults.push(outlet.tell(reading(1), 0)?.message);
    outlet.follow(down("the path is taken"));
    for (let n = 0; n < 100; n++) tell();
    outlet.follow(down("the path is taken"));
    tell();
    outlet.follow(down("the store is missing"));
    tell();
    outlet.follow(up);
    tell();
    outlet.follow(down("the path is taken"));
    outlet.tell({ payload: [reading(1), reading(2)] }, 0)!.message.should.equal("the path is taken");
    faults.filter((fault) => fault !== undefined).should.deepEqual(["the path is taken", "the store is missing"]);
    told.should.deepEqual([1]);
    outlet.counts.should.deepEqual({ in: 105, told: 1, dropped: { "hub-failed": 104, invalid: 0 } });
  });

  it("goes on telling where the hub serves without its store", () => {
    outlet.follow({ ...up, fault: "the disk is gone" });
    should(outlet.tell(reading(1), 0)).be.undefined();
    told.should.deepEqual([1]);
  });

  it("tells an outcome to the browser that sent the command, and leaves those of other senders to other nodes", () => {
    const outcome = { id: "c-1", state: "delivered" };
    const of = (type: string) => ({ type: "outcome", payload: outcome, _session: { type, id: "b-1" } });
    should(outlet.tell(of("browser"), 0)).be.undefined();
    should(outlet.tell(of("session"), 0)).be.undefined();
    told.should.deepEqual([["b-1", outcome]]);
    outlet.counts.in.should.equal(0);
    should(outlet.tell({ topic: "a/1/outcome", payload: outcome }, 0)).be.undefined();
    told.should.deepEqual([["b-1", outcome], outcome]);
  });

  it("tells one browser alone what is for it, and all what is stored, whoever caused it", () => {
    const _session = { type: "browser", id: "b-1" };
    should(outlet.tell({ ...reading(1), _session }, 0)).be.undefined();
    outlet.tell({ payload: [reading(2), { ...reading(3), cursor: "e-1" }], _session }, 0);
    outlet.tell({ ...reading(4), cursor: "e-2", _session }, 0);
    outlet.tell({ ...reading(5), _session: { type: "session", id: "s-1" } }, 0);
    told.should.deepEqual([["b-1", 1], ["b-1", 2], 3, 4, 5]);
    outlet.counts.should.deepEqual({ in: 5, told: 5, dropped: { "hub-failed": 0, invalid: 0 } });
  });

  it("tells what is right of a list, and reports the rest once", () => {
    const fault = outlet.tell({ payload: [reading(1), reading(2n), reading(3), reading(4n)] }, 0);
    fault!.message.should.equal("2 of 4 readings not told: a BigInt has no JSON");
    told.should.deepEqual([1, 3]);
    outlet.tell({ payload: [reading(5), { payload: 6 }] }, 0)!.message.should.match(/"topic"/);
    outlet.tell(reading(7n), 0)!.message.should.equal("a BigInt has no JSON");
    outlet.counts.should.deepEqual({ in: 7, told: 2, dropped: { "hub-failed": 0, invalid: 5 } });
  });
});

/** What monitors are told, read on the page. */
import should from "should";
import { readFrame } from "../../../client/mesh/monitor-frame.ts";

describe("frames for monitors", () => {
  it("are read as text and as objects", () => {
    const line = { type: "trafficLog", message: "hello" };
    should(readFrame(line)).deepEqual({ kind: "traffic", text: "hello" });
    should(readFrame(JSON.stringify(line))).deepEqual({ kind: "traffic", text: "hello" });
    const robots = { type: "networkStatus", status: "robotStatus", robots: [{ name: "r" }, null, 5] };
    should(readFrame(robots)).deepEqual({ kind: "robots", robots: [{ name: "r" }] });
    const connection = { type: "networkStatus", status: "connectionStatus", socket: true, uart: false };
    should(readFrame(connection)).deepEqual({ kind: "connection" });
  });

  it("that are none, or tell what the hub knows better, are passed over", () => {
    const nodes = { type: "networkStatus", status: "nodeStatus", nodes: [] };
    for (const value of [nodes, {}, null, 5, "", "{", [], { status: "robotStatus", robots: "none" }]) {
      should(readFrame(value)).be.null();
    }
  });
});

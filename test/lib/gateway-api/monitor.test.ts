/** What monitoring browsers are told: reports and time go in, JSON texts come out (PROTOCOLS 2.3). */
import should from "should";
import { Monitor, type MonitorEvent } from "../../../lib/gateway-api/monitor.ts";
import { readRobots } from "../../../lib/gateway-api/robots.ts";

const told = (events: readonly MonitorEvent[]) => events.map(({ text }) => JSON.parse(text) as unknown);
const line = (message: string) => ({ type: "trafficLog", message });
const status = (name: string, fields: object) => ({ type: "networkStatus", status: name, ...fields });

describe("Monitor", () => {
  it("tells a browser that comes the present state", () => {
    const monitor = new Monitor(10);
    monitor.nodes([
      { address: 5, isConnected: true },
      { address: 9, isConnected: false },
    ]);
    monitor.connections({ socket: true, uart: false });
    monitor.reported(readRobots('[{"name":"r1","battery":80}]')!);
    should(told(monitor.present())).deepEqual([
      status("nodeStatus", {
        nodes: [
          { name: "Node-5", status: "normal" },
          { name: "Node-9", status: "error" },
        ],
      }),
      status("robotStatus", { robots: [{ name: "r1", battery: 80 }] }),
      status("connectionStatus", { socket: true, uart: false }),
    ]);
  });

  it("tells nodes and connections when they change, and only then", () => {
    const monitor = new Monitor(10);
    const nodes = [{ address: 5, isConnected: true }];
    should(told(monitor.nodes(nodes))).have.length(1);
    should(monitor.nodes([...nodes])).be.empty();
    should(told(monitor.nodes([]))).deepEqual([status("nodeStatus", { nodes: [] })]);
    should(told(monitor.connections({ socket: false, uart: true }))).deepEqual([
      status("connectionStatus", { socket: false, uart: true }),
    ]);
    should(monitor.connections({ socket: false, uart: true })).be.empty();
  });

  it("tells so many lines of traffic in half a second, and how many more there were", () => {
    const monitor = new Monitor(4);
    const worded: number[] = [];
    const tell = (count: number, now: number) =>
      Array.from({ length: count }, (_, index) => {
        const word = () => {
          worded.push(index);
          return `line ${index}`;
        };
        return told(monitor.traffic(word, now));
      }).flat();
    should(tell(5, 1000)).deepEqual([line("line 0"), line("line 1")]);
    should(worded).deepEqual([0, 1]);
    should(monitor.nextDeadline()).equal(1500);
    should(monitor.handleTimer(1499)).be.empty();
    should(told(monitor.handleTimer(1500))).deepEqual([line("… 3 more")]);
    should(monitor.nextDeadline()).be.null();
    should(tell(1, 1500)).deepEqual([line("line 0")]);
    should(monitor.counts).deepEqual({ lines: 6, shortened: 3 });
  });

  it("has room for the clients' own lines, however much traffic there is", () => {
    const monitor = new Monitor(2);
    for (let count = 0; count < 10; count++) monitor.traffic(() => "", 0);
    should(told(monitor.log("hello", 0))).deepEqual([line("hello")]);
  });

  it("keeps the counting right where nobody wakes it in time", () => {
    const monitor = new Monitor(2);
    for (let count = 0; count < 3; count++) monitor.traffic(() => "", 0);
    should(monitor.traffic(() => "late", 10_000)).be.empty();
    should(told(monitor.handleTimer(10_000))).deepEqual([line("… 3 more")]);
    should(told(monitor.traffic(() => "next", 10_000))).deepEqual([line("next")]);
  });
});

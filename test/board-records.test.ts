/** A board's records through the shipped flows, from its datagram to the browser's bytes, beside the simulated one. */
import { createSocket, type Socket } from "node:dgram";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import should from "should";
import { DEFAULTS } from "../scripts/defaults.ts";
import { type FlowNode, joinFlows } from "../scripts/flows.ts";
import { type EventStream, openEventStream } from "./support/event-stream.ts";
import { freePorts } from "./support/free-ports.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FLOWS = ["gateway", "relay", "simulators"];

interface Element {
  readonly Element: string;
  readonly Data: string;
}

/** As shipped, but for times that a test can wait for. */
function hurried(node: FlowNode): FlowNode {
  if (node.type === "json-splitter") return { ...node, statistics: "1" };
  if (node.type === "delay") return { ...node, nbRateUnits: "1" };
  return node.type === "trigger" ? { ...node, duration: "2" } : node;
}

describe("a board's records", function suite() {
  let nodeRed: NodeRed;
  let board: Socket;
  let boardPort: number;
  let stream: EventStream;

  before(async () => {
    const ports = await freePorts();
    boardPort = Number(ports.GATEHOUSE_BOARD_PORT);
    const flow = joinFlows(join(ROOT, "flows"), FLOWS).nodes.map(hurried);
    nodeRed = await startNodeRed({ flow, env: { ...DEFAULTS, ...ports, PORT: "", HOST: "" } });
    board = createSocket("udp4");
  });

  after(async () => {
    board.close();
    await nodeRed.stop();
  });

  beforeEach(async () => {
    stream = await openEventStream(`${nodeRed.origin}/gatehouse/elements?topic=solar/%23`);
  });

  afterEach(() => stream.close());

  function send(record: string | Buffer): void {
    board.send(record, boardPort, "127.0.0.1");
  }

  async function nextElement(): Promise<Element> {
    return JSON.parse((await stream.next()).data) as Element;
  }

  /** The elements of the record whose element of this name has this text, as far as it goes. */
  async function recordWith(name: string, data: string, length: number): Promise<Element[]> {
    const found: Element[] = [];
    for (;;) {
      const element = await nextElement();
      if (element.Element === "Header") found.length = 0;
      found.push(element);
      if (found.length >= length && found.some((one) => one.Element === name && one.Data === data)) return found;
    }
  }

  async function nextTrouble(): Promise<string> {
    for (;;) {
      const { Element: name, Data: data } = await nextElement();
      if (name === "Error_Message") return data;
    }
  }

  it("come from the simulated board while there is no real one", async () => {
    const record = await recordWith("Header", "PUMPSTAT", 8);
    should(record.map(({ Element }) => Element)).deepEqual(
      "Header Collector_Pump Collector_Pump_Level Collector_Pump_Time Tank_Pump Tank_Pump_Level Tank_Pump_Time Flow".split(
        " ",
      ),
    );
  });

  it("reach a browser as discrete elements, in their order", async () => {
    send('"WINDSTAT",234,33,44');
    should(await recordWith("Speed", "234", 4)).deepEqual([
      { Element: "Header", Data: "WINDSTAT" },
      { Element: "Speed", Data: "234" },
      { Element: "Status", Data: "OK" },
      { Element: "Direction", Data: "NNW" },
    ]);
  });

  it("are not touched by those that are wrong, which are counted by reason", async () => {
    for (const wrong of [
      '"RAIN",1',
      '"WINDSTAT",2,33',
      '"WINDSTAT",2,33,4,5',
      '"WINDSTAT",2,99,4',
      '"WINDSTAT",two,33,4',
    ]) {
      send(wrong);
    }
    send(Buffer.of(0, 255, 7));
    send(`"MESSAGE",${"x".repeat(2048)}`);
    send('"MESSAGE",He said "stop", then\nwent');
    should((await recordWith("Header", "MESSAGE", 2))[1]).deepEqual({
      Element: "Message",
      Data: 'He said "stop", then\nwent',
    });
    const metrics = await (await fetch(`${nodeRed.origin}/gatehouse/metrics`)).text();
    for (const reason of [
      "unknown-tag",
      "too-few-fields",
      "too-many-fields",
      "unknown-code",
      "not-a-number",
      "binary",
      "too-long",
    ]) {
      should(metrics).match(
        new RegExp(`gatehouse_dropped_total\\{where="json-splitter:[^"]*",reason="${reason}"\\} 1\n`),
      );
    }
  });

  it("that are skipped are told to the browser, few of many, until there are no more", async () => {
    const timer = setInterval(() => send('"WINDSTAT",2,33,east'), 20);
    while ((await nextTrouble()) !== 'Record skipped: WINDSTAT, Direction, "east" is no number');
    const more = await nextTrouble();
    clearInterval(timer);
    should(more).match(/"east"/);
    let told = 0;
    while ((await nextTrouble()) !== "") told++;
    should(told).be.below(3);
  });

  it("are the only ones soon after a real board has begun to send", async () => {
    const timer = setInterval(() => send('"WINDSTAT",345,33,44'), 100);
    try {
      // The simulated one looks each second; two seconds of ours are all of one kind then.
      for (let ours = 0; ours < 20; ) {
        const { Element, Data } = await nextElement();
        if (Element === "Header" && Data !== "STATISTICS") ours = Data === "WINDSTAT" ? ours : 0;
        if (Element === "Speed") ours = Data === "345" ? ours + 1 : 0;
      }
    } finally {
      clearInterval(timer);
    }
  });

  it("are followed by statistics", async () => {
    const timer = setInterval(() => send('"WINDSTAT",2,33,44'), 100);
    const record = await recordWith("Header", "STATISTICS", 5);
    clearInterval(timer);
    const [, ...counts] = record.map(({ Element, Data }) => [Element, Number(Data) > 0] as const);
    should(counts).deepEqual([
      ["Records_Processed", true],
      ["Records_Skipped", true],
      ["Elements_Sent", true],
      ["Records_Per_Second", true],
    ]);
  });
});

/** The stream of discrete elements: the same readings as /events, in the form that clients of the field read. */
import { once } from "node:events";
import should from "should";
import { type EventStream, openEventStream } from "../../support/event-stream.ts";
import { type ServedHub, serveHub } from "./served-hub.ts";

describe("the element stream", () => {
  let hub: ServedHub;
  let streams: EventStream[] = [];

  beforeEach(async () => {
    hub = await serveHub();
  });

  afterEach(async () => {
    for (const stream of streams) stream.close();
    streams = [];
    await hub.close();
  });

  async function open(path: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const stream = await openEventStream(`${hub.origin}${path}`, headers);
    streams.push(stream);
    return stream;
  }

  it("sends one element for each event, to the byte", async () => {
    const socket = hub.rawStream("/elements?topic=solar/%23");
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    while (!text.includes("retry:")) await once(socket, "data");
    const cursor = await hub.tell("solar/board/Speed", 2);
    await hub.tell("mesh/1/GPS", 5);
    const next = await hub.tell("solar/board/Message", 'say "no"\nor not');
    while (!text.includes("or not")) await once(socket, "data");
    socket.destroy();
    should(text.slice(text.indexOf("id:"))).equal(
      `id: ${cursor}\nevent: message\ndata: {"Element":"Speed","Data":"2"}\n\n` +
        `id: ${next}\nevent: message\ndata: {"Element":"Message","Data":"say \\"no\\"\\nor not"}\n\n`,
    );
  });

  it("sends current values first where asked, and resumes by id, from the ring and from the store", async () => {
    const first = await hub.tell("solar/board/Speed", 1);
    await hub.append("solar/board/Speed", 2);
    const latest = await open("/elements?topic=solar/%23&latest=1");
    JSON.parse((await latest.next()).data).should.deepEqual({ Element: "Speed", Data: "2" });
    const resumed = await open("/elements?topic=solar/%23", { "last-event-id": first });
    JSON.parse((await resumed.next()).data).should.deepEqual({ Element: "Speed", Data: "2" });
    await hub.tell("solar/board/Speed", 3);
    for (const stream of [latest, resumed]) {
      JSON.parse((await stream.next()).data).should.deepEqual({ Element: "Speed", Data: "3" });
    }
  });

  it("stands beside the stream of readings", async () => {
    const [elements, readings] = [await open("/elements?topic=%23"), await open("/events?topic=%23")];
    await hub.tell("solar/board/Status", "OK");
    JSON.parse((await elements.next()).data).should.deepEqual({ Element: "Status", Data: "OK" });
    JSON.parse((await readings.next()).data).should.have.properties({ type: "Status", value: "OK" });
    hub.streams.counts().groups.should.equal(2);
  });

  it("answers a wrong filter and other methods as /events does", async () => {
    (await hub.ask("/elements")).status.should.equal(400);
    (await hub.ask("/elements?topic=a/%23/b")).status.should.equal(400);
    (await hub.ask("/elements?topic=%23", {}, "HEAD")).status.should.equal(405);
  });
});

/** The text of events. */
import "should";
import { gapText, idText, keepAliveText, readingText, retryText } from "../../../lib/sse/event-text.ts";

describe("event text", () => {
  const told = { topic: "mesh/5/GPS", value: { longitude: 1.5 }, time: 1000 };

  it("tells a stored reading with its cursor as id", () => {
    readingText({ ...told, cursor: "e-7" }, "e-7").should.equal(
      'id: e-7\ndata: {"device":"mesh/5","type":"GPS","topic":"mesh/5/GPS","value":{"longitude":1.5},"time":1000,"cursor":"e-7"}\n\n',
    );
  });

  it("tells a live reading without an id", () => {
    readingText({ ...told, value: "a\nb" }).should.equal(
      'data: {"device":"mesh/5","type":"GPS","topic":"mesh/5/GPS","value":"a\\nb","time":1000,"cursor":null}\n\n',
    );
  });

  it("tells device and type as they are given, whoever spoke on that topic before", () => {
    const names = (given: object) => {
      const { device, type } = JSON.parse(readingText({ ...told, topic: "news/a/b", ...given }).slice("data: ".length));
      return [device, type];
    };
    names({ device: "mesh/1", type: "GPS" }).should.deepEqual(["mesh/1", "GPS"]);
    names({ device: "mesh/2", type: "GPS" }).should.deepEqual(["mesh/2", "GPS"]);
    names({ device: "mesh/2", type: "SPD" }).should.deepEqual(["mesh/2", "SPD"]);
    names({}).should.deepEqual(["news/a", "b"]);
  });

  it("keeps whatever is passed as topic, cursor or time inside the data line", () => {
    const evil = '"}\n\nid: e-999\nevent: gap\r\rdata: {"from":"';
    const text = readingText({ ...told, topic: `a/${evil}/t`, time: evil as never, cursor: evil });
    text.should.match(/^data: [^\n\r]*\n\n$/);
    const { time, cursor } = JSON.parse(text.slice("data: ".length)) as Record<string, string>;
    [time, cursor].should.deepEqual([evil, evil]);
  });

  it("tells a gap with its end as id", () => {
    gapText("a-1", "b-9").should.equal('id: b-9\nevent: gap\ndata: {"from":"a-1","to":"b-9"}\n\n');
  });

  it("keeps a broken cursor of a browser inside its data line", () => {
    gapText("a\nevent: x", "b-9").should.equal('id: b-9\nevent: gap\ndata: {"from":"a\\nevent: x","to":"b-9"}\n\n');
  });

  it("moves the id, keeps alive and asks for a pause", () => {
    idText("e-3").should.equal("id: e-3\n\n");
    keepAliveText("e-3").should.equal(":\nid: e-3\n\n");
    keepAliveText(null).should.equal(":\n\n");
    retryText(1500).should.equal("retry: 1500\n\n");
  });
});

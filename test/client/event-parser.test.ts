/** The parser is pure: text goes in, in whatever pieces, and events come out. */
import should from "should";
import { EventParser, MAX_EVENT_LENGTH, type ServerEvent } from "../../client/event-parser.ts";

interface Fixture {
  readonly text: string;
  readonly events: ServerEvent[];
  readonly lastId: string;
}

const FIXTURES: Readonly<Record<string, Fixture>> = {
  "a reading with its id": {
    text: 'id: e-1\ndata: {"a":1}\n\n',
    events: [{ type: "message", data: '{"a":1}' }],
    lastId: "e-1",
  },
  "an id alone": { text: "id: e-2\n\n", events: [], lastId: "e-2" },
  "a comment": { text: ": keep-alive\n\n", events: [], lastId: "" },
  "a named event": { text: "event: gap\ndata: x\n\n", events: [{ type: "gap", data: "x" }], lastId: "" },
  "a name that does not outlive its event": {
    text: "event: gap\n\ndata: x\n\n",
    events: [{ type: "message", data: "x" }],
    lastId: "",
  },
  "several data lines": {
    text: "data: a\ndata\ndata:b\n\n",
    events: [{ type: "message", data: "a\n\nb" }],
    lastId: "",
  },
  "only one leading space": { text: "data:  a\n\n", events: [{ type: "message", data: " a" }], lastId: "" },
  "carriage returns": {
    text: "id: 1\r\ndata: é\r\n\r\ndata: b\r\r",
    events: [{ type: "message", data: "é" }],
    lastId: "1",
  },
  "fields nobody knows": { text: "retry: 5\nx: y\ndata: a\n\n", events: [{ type: "message", data: "a" }], lastId: "" },
  "an id with a NUL": { text: "id: a\0b\ndata: a\n\n", events: [{ type: "message", data: "a" }], lastId: "" },
  "an event that is not complete": { text: "id: 9\ndata: a\n", events: [], lastId: "" },
};

describe("EventParser", () => {
  for (const [title, { text, events, lastId }] of Object.entries(FIXTURES)) {
    it(`reads ${title}, whole and at every cut`, () => {
      for (let cut = 0; cut <= text.length; cut++) {
        const parser = new EventParser();
        const heard = [...parser.receive(text.slice(0, cut)), ...parser.receive(text.slice(cut))];
        should(heard).deepEqual(events, `cut at ${cut}`);
        should(parser.lastId).equal(lastId);
      }
    });
  }

  it("keeps the id it was given until there is a newer one", () => {
    const parser = new EventParser("e-5");
    parser.receive("data: a\n\n");
    should(parser.lastId).equal("e-5");
    parser.receive("id: e-6\n\n");
    should(parser.lastId).equal("e-6");
  });

  it("passes over an event that is too long, in one line or in many, and goes on behind it", () => {
    const part = "x".repeat(MAX_EVENT_LENGTH / 4);
    for (const piece of [part, `data: ${part}\n`]) {
      const parser = new EventParser();
      parser.receive("id: e-7\ndata: ");
      for (let count = 0; count < 5; count++) should(parser.receive(piece)).be.empty();
      should(parser.receive("\n\ndata: next\n\n")).deepEqual([{ type: "message", data: "next" }]);
      should(parser.lastId).equal("e-7");
      should(parser.tooLong).equal(1);
    }
  });
});

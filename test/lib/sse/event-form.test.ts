/** The forms of an event stream: an element cut out of a reading's event is the one that the reading makes. */
import fc from "fast-check";
import should from "should";
import { ELEMENTS, READINGS } from "../../../lib/sse/event-form.ts";

const told = { topic: "solar/board/Speed", time: 1700, value: 2, cursor: "e-7" };

describe("event forms", () => {
  it("tell a discrete element as the field's clients read it", () => {
    should(ELEMENTS.text(told)).equal('event: message\ndata: {"Element":"Speed","Data":"2"}\n\n');
    should(ELEMENTS.text(told, "e-7")).equal('id: e-7\nevent: message\ndata: {"Element":"Speed","Data":"2"}\n\n');
  });

  const ODD = [
    { topic: 'a/b","value":"x/T', value: 1 },
    { topic: "a/b/T", value: ',"time":5' },
    { topic: "a/b/T", value: { time: 1, value: '"type":' } },
    { topic: "a/b/T", value: '"' },
    { topic: "a/b/T", value: Buffer.of(1, 2) },
    { topic: "a/b/T", value: null },
    { topic: "none", value: "x" },
    { topic: "a/b/Field%201", value: "x" },
    { topic: "a/b/100%", value: "x" },
    { topic: "a/b/T", value: "°\u2028\n" },
    { topic: "a/b/odd", value: 1, device: "data: {", type: '"type":' },
  ];
  for (const odd of ODD) {
    it(`cut an element out of the event of ${JSON.stringify(odd)}`, () => {
      const event = { ...told, ...odd };
      const held = Buffer.from(READINGS.text(event, "e-7"));
      should(ELEMENTS.chunkOf(held).toString()).equal(ELEMENTS.text(event, "e-7"));
      should(READINGS.chunkOf(held)).equal(held);
    });
  }

  it("cut the same element out of every event", () => {
    const text = fc.string({ unit: "binary", maxLength: 20, size: "max" });
    fc.assert(
      fc.property(text, fc.jsonValue(), fc.boolean(), (topic, value, isStored) => {
        const event = { ...told, topic, value };
        const id = isStored ? told.cursor : undefined;
        const element = ELEMENTS.text(event, id);
        should(ELEMENTS.chunkOf(Buffer.from(READINGS.text(event, id))).toString()).equal(element);
        JSON.parse(element.slice(element.indexOf("data: ") + "data: ".length));
      }),
      { numRuns: 2000 },
    );
  });
});

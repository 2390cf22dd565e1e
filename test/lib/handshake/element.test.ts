import fc from "fast-check";
import should from "should";
import { decodeElement, type Element, ElementEncoder, MAX_DATAGRAM_BYTES } from "../../../lib/handshake/element.ts";

const event = new ElementEncoder("event");
const json = new ElementEncoder("json");

/** Any name and data that fit. */
const elements = fc.record<Element>({
  name: fc.string({ minLength: 1, maxLength: 100, unit: "binary" }),
  data: fc.string({ maxLength: 150, unit: "binary" }),
});

/** Half a surrogate pair has no bytes. */
const wellFormed = (text: string) => Buffer.from(text).toString();

describe("elements as datagrams", () => {
  it("are events that a browser takes as they are", () => {
    should(event.encode({ name: "Speed", data: "2" }).toString()).equal(
      'event: message\ndata: {"Element" : "Speed", "Data" : "2"}\n\n',
    );
  });

  it("are bare objects where that is wanted", () => {
    should(json.encode({ name: "Speed", data: "2" }).toString()).equal('{"Element" : "Speed", "Data" : "2"}');
  });

  it("stay correct with quotes and line ends in them", () => {
    const text = event.encode({ name: 'a"b', data: 'one\ntwo\r\n"three"\\' }).toString();
    should(text).equal('event: message\ndata: {"Element" : "a\\"b", "Data" : "one\\ntwo\\r\\n\\"three\\"\\\\"}\n\n');
  });

  it(`take ${MAX_DATAGRAM_BYTES} bytes, and no more`, () => {
    const room = MAX_DATAGRAM_BYTES - event.encode({ name: "Speed", data: "" }).length;
    should(event.encode({ name: "Speed", data: "x".repeat(room) })).have.length(MAX_DATAGRAM_BYTES);
    should(() => event.encode({ name: "Speed", data: "x".repeat(room + 1) })).throw(RangeError, {
      message: 'element "Speed" takes 1401 bytes, a datagram 1400 at most',
    });
  });

  it("are read back in either form", () => {
    fc.assert(
      fc.property(elements, fc.constantFrom(event, json), (element, encoder) => {
        // What JSON cannot hold is replaced by its reader.
        const whole = { name: wellFormed(element.name), data: wellFormed(element.data) };
        should(decodeElement(encoder.encode(whole))).deepEqual(whole);
      }),
    );
  });

  for (const [text, data] of [
    ['event: message\ndata: {"Element":"Speed","Data":"2"}\n\n', "2"],
    ['event: message\r\ndata: {"Element":"Speed","Data":"2"}\r\n\r\n', "2"],
    ['data:{"Element":"Speed",\ndata:"Data":"2"}\n\n', "2"],
    [' {"Data":2,"Element":"Speed"}\n', "2"],
    ['{"Element":"Speed","Data":"2"}\0', "2"],
    ['{"Element":"Speed","Data":true,"more":1}', "true"],
    ['{"Element":"Speed","Data":[1,2]}', "[1,2]"],
  ] as const) {
    it(`are read from ${JSON.stringify(text)}`, () => {
      should(decodeElement(Buffer.from(text))).deepEqual({ name: "Speed", data });
    });
  }

  for (const text of ["", "RUNNING ", "data: \n\n", "{", "[]", "null", '{"Element":"","Data":""}', '{"Element":"a"}']) {
    it(`are not in ${JSON.stringify(text)}`, () => {
      should(decodeElement(Buffer.from(text))).be.null();
    });
  }

  it("are looked for in any bytes without a fault", () => {
    fc.assert(fc.property(fc.uint8Array({ size: "max", maxLength: 2000 }), (bytes) => void decodeElement(bytes)));
  });
});

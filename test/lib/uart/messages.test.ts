/** Messages of both layouts: one table read in both directions, and what is wrong with the rest (PROTOCOLS 1.2, 1.3). */

import fc from "fast-check";
import should from "should";
import { DataTypeTable } from "../../../lib/uart/data-types.ts";
import { decodeMessage, encodeReadings, type MeshReading, type MessageLayout } from "../../../lib/uart/messages.ts";
import { hex } from "./events.ts";

const types = new DataTypeTable([
  { name: "TMP", id: 7, length: 2, fields: [{ name: "celsius", type: "i16be", scale: 0.1 }] },
  { name: "RAW", id: 8, length: 3, fields: [] },
]);
const GPS = { longitude: 19.7121, latitude: 39.45 };
const UUID = "00112233-4455-6677-8899-aabbccddeeff";

/** Bytes from text in which `\x05` and the like stand for themselves. */
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

interface Message {
  readonly name: string;
  readonly layout: "type3" | "opcode1";
  readonly wire: string;
  readonly readings: readonly { readonly type: string; readonly value: unknown; readonly raw: string }[];
}

const MESSAGES: readonly Message[] = [
  {
    name: "the example of the description",
    layout: "type3",
    wire: "\x00\x05[D]\x01GPS\x06\x01\x02\x03\x04\x05\x06",
    readings: [{ type: "GPS", value: GPS, raw: "\x01\x02\x03\x04\x05\x06" }],
  },
  {
    name: "defined, undefined and empty types together",
    layout: "type3",
    wire: "\x00\x05[D]\x03TMP\x02\xff\xf6S01\x03abcS02\x00",
    readings: [
      { type: "TMP", value: { celsius: -1 }, raw: "\xff\xf6" },
      { type: "S01", value: latin1("abc"), raw: "abc" },
      { type: "S02", value: latin1(""), raw: "" },
    ],
  },
  {
    name: "data that looks like an end mark",
    layout: "type3",
    wire: "\x00\x05[D]\x01S01\x03[E]",
    readings: [{ type: "S01", value: latin1("[E]"), raw: "[E]" }],
  },
  {
    name: "a defined type without fields",
    layout: "type3",
    wire: "\x00\x05[D]\x01RAW\x03abc",
    readings: [{ type: "RAW", value: latin1("abc"), raw: "abc" }],
  },
  { name: "no readings", layout: "type3", wire: "\x00\x05[D]\x00", readings: [] },
  {
    name: "a free message",
    layout: "type3",
    wire: "\xff\xfe[M]\x055 \xc2\xb0C",
    readings: [{ type: "message", value: "5 °C", raw: "5 \xc2\xb0C" }],
  },
  {
    name: "a free message that is no text",
    layout: "type3",
    wire: "\x00\x05[M]\x02\xff\x00",
    readings: [{ type: "message", value: latin1("\xff\x00"), raw: "\xff\x00" }],
  },
  {
    name: "a request",
    layout: "type3",
    wire: "\x00\x05<Q>Robot",
    readings: [{ type: "request", value: "Robot", raw: "Robot" }],
  },
  {
    name: "data by id",
    layout: "opcode1",
    wire: "\x01\x05D\x03\x01\x01\x02\x03\x04\x05\x06\x07\x00\x64\x08abc",
    readings: [
      { type: "GPS", value: GPS, raw: "\x01\x02\x03\x04\x05\x06" },
      { type: "TMP", value: { celsius: 10 }, raw: "\x00\x64" },
      { type: "RAW", value: latin1("abc"), raw: "abc" },
    ],
  },
  { name: "custom", layout: "opcode1", wire: "\x00\x05\x00hi", readings: [{ type: "custom", value: "hi", raw: "hi" }] },
  {
    name: "network information",
    layout: "opcode1",
    wire: "\x00\x05\x01\x02\x03",
    readings: [{ type: "network", value: latin1("\x02\x03"), raw: "\x02\x03" }],
  },
  {
    name: "a node connected",
    layout: "opcode1",
    wire: `\x00\x05\x02${hex(UUID.replaceAll("-", "")).toString("latin1")}`,
    readings: [{ type: "connected", value: UUID, raw: hex(UUID.replaceAll("-", "")).toString("latin1") }],
  },
  {
    name: "a root reset",
    layout: "opcode1",
    wire: "\x00\x05\x03",
    readings: [{ type: "root-reset", value: true, raw: "" }],
  },
  {
    name: "a request by opcode",
    layout: "opcode1",
    wire: "\x00\x05RGPS",
    readings: [{ type: "request", value: "GPS", raw: "GPS" }],
  },
  {
    name: "an echo",
    layout: "opcode1",
    wire: "\x00\x05Eping",
    readings: [{ type: "echo", value: "ping", raw: "ping" }],
  },
  { name: "an ack", layout: "opcode1", wire: "\x00\x05A", readings: [{ type: "ack", value: true, raw: "" }] },
  {
    name: "an ack with content",
    layout: "opcode1",
    wire: "\x00\x05A\x01",
    readings: [{ type: "ack", value: latin1("\x01"), raw: "\x01" }],
  },
  { name: "a test", layout: "opcode1", wire: "\x00\x05T", readings: [{ type: "test", value: "", raw: "" }] },
  { name: "a reset", layout: "opcode1", wire: "\x00\x05S", readings: [{ type: "reset", value: true, raw: "" }] },
];

function read({ wire, readings }: Message): { readings: MeshReading[] } {
  const address = latin1(wire).readUInt16BE(0);
  return { readings: readings.map(({ type, value, raw }) => ({ address, type, value, raw: latin1(raw) })) };
}

describe("decodeMessage", () => {
  for (const message of MESSAGES) {
    it(`reads ${message.name}`, () => {
      decodeMessage(latin1(message.wire), message.layout, types).should.deepEqual(read(message));
    });

    it(`knows by itself the layout of ${message.name}`, () => {
      decodeMessage(latin1(message.wire), "auto", types).should.deepEqual(read(message));
    });

    it(`never throws on ${message.name} cut short`, () => {
      const wire = latin1(message.wire);
      for (let length = 0; length < wire.length; length++) {
        const result = decodeMessage(wire.subarray(0, length), message.layout, types);
        if ("dropped" in result) {
          result.dropped.should.equal("malformed");
          result.offset.should.be.within(0, length);
        } else {
          result.readings.length.should.be.belowOrEqual(1);
        }
      }
    });
  }

  for (const message of MESSAGES.filter(({ layout }) => layout === "type3")) {
    it(`takes the end mark off ${message.name}`, () => {
      decodeMessage(latin1(`${message.wire}[E]`), "type3", types).should.deepEqual(read(message));
    });
  }

  const DROPPED: readonly [string, MessageLayout, string, string, number, RegExp][] = [
    ["nothing", "auto", "", "malformed", 0, /3 bytes or more/],
    ["half an address", "type3", "\x00", "malformed", 1, /5 bytes or more/],
    ["a type cut short", "auto", "\x00\x05[D", "malformed", 4, /5 bytes or more/],
    ["a type nobody knows", "type3", "\x00\x05[X]abc", "unknown-type", 2, /"\[X\]"/],
    ["a type that cannot be printed", "type3", "\x00\x05\x00\x01\x02", "unknown-type", 2, /0x000102/],
    ["an opcode nobody knows", "auto", "\x00\x05\x7fabc", "unknown-opcode", 2, /0x7f/],
    ["data without a count", "type3", "\x00\x05[D]", "malformed", 5, /number of readings/],
    ["a count too high", "type3", "\x00\x05[D]\x02S01\x01a", "malformed", 11, /before its length/],
    ["a count too low", "type3", "\x00\x05[D]\x01S01\x01aS02\x01b", "malformed", 11, /after the last of 1 readings/],
    ["a length too high", "type3", "\x00\x05[D]\x01S01\x04abc", "malformed", 9, /announces 4 bytes, 3 follow/],
    ["a length other than its type's", "type3", "\x00\x05[D]\x01GPS\x02ab", "malformed", 9, /has 6 bytes, not 2/],
    ["a name that is no ASCII", "type3", "\x00\x05[D]\x01S\xff1\x00", "malformed", 6, /no name of a data type/],
    ["half an end mark", "type3", "\x00\x05[D]\x00[E", "malformed", 6, /after the last of 0/],
    ["a message without a size", "type3", "\x00\x05[M]", "malformed", 5, /size/],
    ["a message shorter than its size", "type3", "\x00\x05[M]\x05abc", "malformed", 5, /5 bytes announced, 3 follow/],
    ["a message longer than its size", "type3", "\x00\x05[M]\x01abc", "malformed", 7, /after the message/],
    ["an id nobody knows", "opcode1", "\x00\x05D\x01\x63ab", "unknown-type", 4, /id 99/],
    ["data by id cut short", "opcode1", "\x00\x05D\x01\x07a", "malformed", 4, /"TMP" has 2 bytes, 1 follow/],
    ["data by id with too few", "opcode1", "\x00\x05D\x02\x07ab", "malformed", 7, /a reading is missing/],
    ["data by id with too many", "opcode1", "\x00\x05D\x01\x07abc", "malformed", 7, /after the last/],
    ["data by id with an end mark", "opcode1", "\x00\x05D\x01\x07ab[E]", "malformed", 7, /after the last/],
    ["a uuid cut short", "opcode1", "\x00\x05\x02abc", "malformed", 3, /16 bytes, not 3/],
  ];
  for (const [name, layout, wire, dropped, offset, detail] of DROPPED) {
    it(`drops ${name} as ${dropped}`, () => {
      const result = decodeMessage(latin1(wire), layout, types);
      should(result).have.properties({ dropped, offset });
      should(result).have.property("detail").match(detail);
    });
  }

  it("never throws, whatever the bytes, and names an offset within them", () => {
    const begin = fc.constantFrom("", "\x00\x05[D]", "\x00\x05[M]", "\x00\x05<Q>", "\x00\x05D", "\x00\x05\x02");
    const rest = fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(1, 2, 7, 8, 0x53)), {
      maxLength: 80,
      size: "max",
    });
    const layout = fc.constantFrom<MessageLayout>("auto", "type3", "opcode1");
    const property = fc.property(begin, rest, layout, (head, bytes, choice) => {
      const wire = Buffer.concat([latin1(head), Buffer.from(bytes)]);
      const result = decodeMessage(wire, choice, types);
      if ("dropped" in result) result.offset.should.be.within(0, wire.length);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});

describe("encodeReadings", () => {
  for (const message of MESSAGES) {
    const address = latin1(message.wire).readUInt16BE(0);

    it(`writes ${message.name}`, () => {
      encodeReadings(address, message.readings, message.layout, types).should.deepEqual(latin1(message.wire));
    });

    it(`writes ${message.name} from its bytes`, () => {
      const raw = message.readings.map((reading) => ({ type: reading.type, value: latin1(reading.raw) }));
      encodeReadings(address, raw, message.layout, types).should.deepEqual(latin1(message.wire));
    });
  }

  it("appends the end mark where it is asked to, in layout type3 only", () => {
    const readings = [{ type: "request", value: "a" }];
    encodeReadings(5, readings, "auto", types, { endMark: true }).should.deepEqual(latin1("\x00\x05<Q>a[E]"));
    encodeReadings(5, readings, "opcode1", types, { endMark: true }).should.deepEqual(latin1("\x00\x05Ra"));
  });

  const WRONG: readonly [string, unknown, { type: string; value: unknown }[], "type3" | "opcode1", RegExp][] = [
    ["an address out of range", 65536, [], "type3", /address must be 0..65535, got 65536/],
    ["an address that is text", "5", [], "type3", /address must be/],
    ["a name too long for a data type", 5, [{ type: "GPSX", value: "" }], "type3", /"GPSX": .* three ASCII/],
    [
      "two kinds in one message",
      5,
      [
        { type: "message", value: "" },
        { type: "GPS", value: GPS },
      ],
      "type3",
      /"message"/,
    ],
    ["a type without an id", 5, [{ type: "S01", value: "" }], "opcode1", /"S01": no data type of this name has an id/],
    [
      "an object of an undefined type",
      5,
      [{ type: "S01", value: {} }],
      "type3",
      /"S01" must be text or bytes, got an object/,
    ],
    ["no value", 5, [{ type: "S01", value: undefined }], "type3", /"S01" must be text or bytes, got nothing/],
    [
      "more than 255 bytes",
      5,
      [{ type: "S01", value: "a".repeat(256) }],
      "type3",
      /"S01" has 255 bytes at most, got 256/,
    ],
    ["more than 255 readings", 5, Array(256).fill({ type: "S01", value: "" }), "type3", /255 readings at most/],
    ["a uuid of another length", 5, [{ type: "connected", value: "abc" }], "opcode1", /"connected" must be a uuid/],
  ];
  for (const [name, address, readings, layout, message] of WRONG) {
    it(`refuses ${name}`, () => {
      should(() => encodeReadings(address as number, readings, layout, types)).throw(message);
    });
  }
});

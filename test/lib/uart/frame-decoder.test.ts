/** The decoder's rules where the stream is broken, noisy or endless (PROTOCOLS 1.1). */
import should from "should";
import { encodeFrame } from "../../../lib/uart/frame.ts";
import { FrameDecoder, type FrameDecoderOptions } from "../../../lib/uart/frame-decoder.ts";
import { cut, decodeChunks, type FrameEvent, hex, recorder } from "./events.ts";

interface Stream {
  readonly name: string;
  readonly wire: string;
  readonly options?: FrameDecoderOptions;
  readonly events: readonly FrameEvent[];
}

const LIMIT = { maxPayloadBytes: 4 };
const CRC = { crc: true };
const LIMIT_AND_CRC = { maxPayloadBytes: 4, crc: true };

const STREAMS: readonly Stream[] = [
  { name: "two frames", wire: "ff 01 fe ff 02 fe", events: [{ frame: "01" }, { frame: "02" }] },
  { name: "raw FB to FD as data", wire: "ff fb fc fd fe", events: [{ frame: "fbfcfd" }] },
  { name: "raw FB to FD after an escape", wire: "ff fa05 fb 01 fd fe", events: [{ frame: "fffb01fd" }] },
  {
    name: "a START inside a frame",
    wire: "ff 01 02 ff 03 fe",
    events: [{ dropped: "restarted", offset: 0, head: "0102" }, { frame: "03" }],
  },
  {
    name: "a START repeated",
    wire: "ff ff ff 03 fe",
    events: [
      { dropped: "restarted", offset: 0, head: "" },
      { dropped: "restarted", offset: 1, head: "" },
      { frame: "03" },
    ],
  },
  {
    name: "an ESCAPE before a byte that needs none",
    wire: "ff 01 fa02 03 fe ff 04 fe",
    events: [{ dropped: "bad-escape", offset: 0, head: "01" }, { frame: "04" }],
  },
  {
    name: "an ESCAPE before an ESCAPE",
    wire: "ff 01 fafa 03 fe ff 04 fe",
    events: [{ dropped: "bad-escape", offset: 0, head: "01" }, { frame: "04" }],
  },
  {
    name: "a bad escape whose END is lost",
    wire: "ff fafd 03 ff 04 fe",
    events: [{ dropped: "bad-escape", offset: 0, head: "" }, { frame: "04" }],
  },
  {
    name: "text after the END of a frame with a bad escape",
    wire: "ff fa02 6f 0a fe 6b 0a",
    events: [{ dropped: "bad-escape", offset: 0, head: "" }, { noise: "k" }],
  },
  {
    name: "an ESCAPE before END",
    wire: "ff 01 fafe 6b 0a ff 04 fe",
    events: [{ dropped: "truncated-escape", offset: 0, head: "01" }, { noise: "k" }, { frame: "04" }],
  },
  {
    name: "an ESCAPE before START",
    wire: "ff 01 faff 04 fe",
    events: [{ dropped: "truncated-escape", offset: 0, head: "01" }, { frame: "04" }],
  },
  {
    name: "an empty frame",
    wire: "ff fe ff 01 fe ff fe",
    events: [{ dropped: "empty", offset: 0, head: "" }, { frame: "01" }, { dropped: "empty", offset: 5, head: "" }],
  },
  { name: "a frame as long as allowed", wire: "ff 01 02 03 fa05 fe", options: LIMIT, events: [{ frame: "010203ff" }] },
  {
    name: "a frame one byte longer than allowed",
    wire: "ff 01 02 03 04 05 fe ff 06 fe",
    options: LIMIT,
    events: [{ dropped: "overflow", offset: 0, head: "01020304" }, { frame: "06" }],
  },
  {
    name: "a frame one escaped byte longer than allowed",
    wire: "ff 01 02 03 fa05 fa04 06 ff 06 fe",
    options: LIMIT,
    events: [{ dropped: "overflow", offset: 0, head: "010203ff" }, { frame: "06" }],
  },
  {
    name: "a bad escape where the frame is full",
    wire: "ff 01 02 03 04 fa02 fe",
    options: LIMIT,
    events: [{ dropped: "bad-escape", offset: 0, head: "01020304" }],
  },
  {
    name: "no more than 16 bytes of what it drops",
    wire: `ff ${"20".repeat(40)} ff 01 fe`,
    events: [{ dropped: "restarted", offset: 0, head: "20".repeat(16) }, { frame: "01" }],
  },
  {
    name: "a CRC that differs",
    wire: "ff 31 32 33 34 35 36 37 38 39 29b0 fe ff 31 32 33 34 35 36 37 38 39 29b1 fe",
    options: CRC,
    events: [{ dropped: "crc", offset: 0, head: "31323334353637383929b0" }, { frame: "313233343536373839" }],
  },
  { name: "half a CRC", wire: "ff 31 fe", options: CRC, events: [{ dropped: "crc", offset: 0, head: "31" }] },
  {
    name: "the CRC of nothing",
    wire: "ff fa05 fa05 fe",
    options: CRC,
    events: [{ dropped: "empty", offset: 0, head: "ffff" }],
  },
  {
    name: "an empty frame where a CRC is due",
    wire: "ff fe",
    options: CRC,
    events: [{ dropped: "empty", offset: 0, head: "" }],
  },
  {
    name: "a limit that does not count the CRC",
    wire: `${encodeFrame(hex("01020304"), CRC).toString("hex")} ${encodeFrame(hex("0102030405"), CRC).toString("hex")}`,
    options: LIMIT_AND_CRC,
    events: [{ frame: "01020304" }, { dropped: "overflow", offset: 8, head: "010203040593" }],
  },
  {
    name: "log lines between frames",
    wire: "626f6f74 0d0a ff 01 fe 6f6b 0a0a 6869 ff 02 fe",
    events: [{ noise: "boot" }, { frame: "01" }, { noise: "ok" }, { noise: "hi" }, { frame: "02" }],
  },
  {
    name: "an END, an ESCAPE and raw FB outside a frame as noise",
    wire: "fe fa fb 0a ff 01 fe",
    events: [{ noise: "���" }, { frame: "01" }],
  },
  { name: "a line of text in UTF-8", wire: "3231 c2b0 0a", events: [{ noise: "21°" }] },
  {
    name: "an endless line in pieces",
    wire: `${"61".repeat(600)} 0a`,
    events: [{ noise: "a".repeat(256) }, { noise: "a".repeat(256) }, { noise: "a".repeat(88) }],
  },
];

/** Fixtures also run far enough behind the chunk's start that the decoder takes its way for long chunks. */
const PADDING = encodeFrame(Buffer.alloc(200, 0x20));
const PADDED = { frame: "20".repeat(200) };

function moved(events: readonly FrameEvent[], by: number): FrameEvent[] {
  return events.map((event) => ("dropped" in event ? { ...event, offset: event.offset + by } : event));
}

describe("FrameDecoder", () => {
  for (const { name, wire, options, events } of STREAMS) {
    const bytes = hex(wire);

    it(`reads ${name}`, () => {
      decodeChunks([bytes], options).should.deepEqual(events);
    });

    it(`reads ${name}, byte by byte`, () => {
      decodeChunks(cut(bytes, [1]), options).should.deepEqual(events);
    });

    it(`reads ${name}, cut anywhere`, () => {
      for (let at = 1; at < bytes.length; at++) {
        decodeChunks([bytes.subarray(0, at), bytes.subarray(at)], options).should.deepEqual(events);
      }
    });

    it(`reads ${name}, with more data behind it`, () => {
      const frame = encodeFrame(hex("070707"), options ?? {});
      decodeChunks([Buffer.concat([bytes, frame])], options)
        .slice(0, events.length)
        .should.deepEqual(events);
      decodeChunks([Buffer.concat([bytes, frame])], options)
        .at(-1)!
        .should.deepEqual({ frame: "070707" });
    });

    it(`reads ${name}, where views are allowed`, () => {
      const views = { ...options, views: true };
      const long = encodeFrame(Buffer.alloc(options?.maxPayloadBytes ?? 200, 0x20), options);
      const frame = { frame: "20".repeat(options?.maxPayloadBytes ?? 200) };
      const expected = [frame, ...moved(events, long.length)];
      decodeChunks([Buffer.concat([long, bytes])], views).should.deepEqual(expected);
      decodeChunks([long.subarray(0, 3), Buffer.concat([long.subarray(3), bytes])], views).should.deepEqual(expected);
    });

    it(`reads ${name}, inside a long chunk`, () => {
      if (options) return decodeLong(bytes, options, events);
      decodeChunks([Buffer.concat([PADDING, bytes])]).should.deepEqual([PADDED, ...moved(events, PADDING.length)]);
    });
  }

  /** With small limits or a CRC the padding is noise instead of a frame. */
  function decodeLong(bytes: Buffer, options: FrameDecoderOptions, events: readonly FrameEvent[]): void {
    const text = Buffer.from(`${"-".repeat(200)}\n`);
    const expected = [{ noise: "-".repeat(200) }, ...moved(events, text.length)];
    decodeChunks([Buffer.concat([text, bytes])], options).should.deepEqual(expected);
  }

  it("counts frames, drops and noise by name", () => {
    const decoder = new FrameDecoder(recorder(), { maxPayloadBytes: 2 });
    decoder.receive(hex("6869 ff 01 fe ff fe ff ff 01 fa02 fe ff fafe ff 01 02 03 fe 0a"));
    decoder.counts.should.deepEqual({
      frames: 1,
      noiseBytes: 3,
      dropped: { restarted: 1, "bad-escape": 1, "truncated-escape": 1, overflow: 1, empty: 1, crc: 0 },
    });
  });

  it("holds a frame's beginning until the rest comes", () => {
    const sink = recorder();
    const decoder = new FrameDecoder(sink);
    decoder.receive(hex("ff 01"));
    decoder.receive(hex(""));
    sink.events().should.deepEqual([]);
    decoder.receive(hex("02 fe"));
    sink.events().should.deepEqual([{ frame: "0102" }]);
  });

  it("leaves the chunk as it was", () => {
    const chunk = encodeFrame(Buffer.alloc(300, 0xff));
    const before = Buffer.from(chunk);
    new FrameDecoder(recorder()).receive(chunk);
    chunk.equals(before).should.be.true();
  });

  it("hands out payloads that a writer cannot reach each other through", () => {
    const payloads: Buffer[] = [];
    const decoder = new FrameDecoder({ frame: (payload) => payloads.push(payload), dropped() {}, noise() {} });
    decoder.receive(hex("ff 01 02 fe ff 03 fe"));
    payloads[0]!.fill(0xee);
    payloads[1]!.toString("hex").should.equal("03");
  });

  it("hands out views of the chunk where allowed, and only those that fill a sixteenth of its memory", () => {
    const chunk = Buffer.concat([150, 300, 20, 300].map((length) => encodeFrame(Buffer.alloc(length, 0x20))));
    const memory = Buffer.from(new ArrayBuffer(chunk.length));
    memory.set(chunk);
    const decodeLengths = (options: FrameDecoderOptions): [number, boolean][] => {
      const payloads: [number, boolean][] = [];
      const frame = (payload: Buffer) => payloads.push([payload.length, payload.buffer === memory.buffer]);
      new FrameDecoder({ frame, dropped() {}, noise() {} }, options).receive(memory);
      return payloads;
    };
    decodeLengths({ views: true }).should.deepEqual([
      [150, true],
      [300, true],
      [20, false],
      [300, false],
    ]);
    decodeLengths({}).should.deepEqual([150, 300, 20, 300].map((length) => [length, false]));
  });

  it("keeps the rules where views are allowed: a line ends at a START, a frame at the limit", () => {
    const frame = encodeFrame(Buffer.alloc(200, 0x20));
    decodeChunks([Buffer.from("ready"), frame], { views: true }).should.deepEqual([{ noise: "ready" }, PADDED]);
    decodeChunks([frame], { views: true, maxPayloadBytes: 199 }).should.deepEqual([
      { dropped: "overflow", offset: 0, head: "20".repeat(16) },
    ]);
  });

  it("keeps no more than a slab for small frames, and for long ones what sixteen of them need", () => {
    const memoryOf = (length: number): number => {
      let bytes = 0;
      const decoder = new FrameDecoder({
        frame: (payload) => (bytes = payload.buffer.byteLength),
        dropped() {},
        noise() {},
      });
      for (const chunk of cut(Buffer.alloc(400_000, encodeFrame(Buffer.alloc(length, 0x20))), [4000]))
        decoder.receive(chunk);
      return bytes;
    };
    memoryOf(16).should.equal(8192);
    memoryOf(4000).should.be.within(8193, 65_536);
  });

  it("reads large frames up to the limit it was given", () => {
    const payload = Buffer.alloc(300_000, 0xfe);
    const wire = encodeFrame(payload);
    for (const size of [1000, 65_536, wire.length]) {
      const events = decodeChunks(cut(wire, [size]), { maxPayloadBytes: payload.length });
      events.should.have.length(1);
      events[0]!.should.deepEqual({ frame: payload.toString("hex") });
    }
  });

  it("refuses a limit that is not a positive whole number", () => {
    for (const maxPayloadBytes of [0, -1, 1.5, Number.NaN]) {
      should(() => new FrameDecoder(recorder(), { maxPayloadBytes })).throw(/maxPayloadBytes/);
    }
  });
});

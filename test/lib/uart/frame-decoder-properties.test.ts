/** What holds for every stream of bytes, however it is cut. */
import "should";
import fc from "fast-check";
import { encodeFrame, START } from "../../../lib/uart/frame.ts";
import { FrameDecoder, type FrameDecoderOptions } from "../../../lib/uart/frame-decoder.ts";
import { cut, decodeChunks, type FrameEvent, recorder } from "./events.ts";
import { ReferenceDecoder } from "./reference-decoder.ts";

const RUNS = { numRuns: 400 };
const END_BYTE = Uint8Array.of(0xfe);

/** Half of the bytes are those that mean something, so that every rule meets every other. */
const byte = fc.oneof(
  fc.integer({ min: 0, max: 0xff }),
  fc.constantFrom(0xff, 0xfe, 0xfa, 0xfb, 0x00, 0x02, 0x05, 0x0a, 0x0d, 0xc2),
);
const garbage = fc.array(byte, { maxLength: 1500, size: "max" }).map((bytes) => Uint8Array.from(bytes));
const payload = fc.uint8Array({ minLength: 1, maxLength: 600, size: "max" });
/** Bytes as they come from a line: frames whole, cut short or with a byte changed, and what is between them. */
const piece = fc.oneof(
  garbage,
  payload.map((bytes) => encodeFrame(bytes)),
  fc.tuple(payload, fc.nat()).map(([bytes, at]) => encodeFrame(bytes).subarray(0, at % (bytes.length + 2))),
  fc
    .tuple(payload, fc.nat(), byte)
    .map(([bytes, at, value]) => encodeFrame(bytes).fill(value, at % bytes.length, (at % bytes.length) + 1)),
  fc.string({ maxLength: 300, size: "max" }).map((text) => Buffer.from(text)),
);
const stream = fc.array(piece, { maxLength: 8, size: "max" }).map((pieces) => Buffer.concat(pieces));
/** On both sides of the length at which the decoder changes its way of looking. */
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 80, max: 3000 })), {
  minLength: 1,
  maxLength: 6,
});
const options: fc.Arbitrary<FrameDecoderOptions> = fc.record({
  crc: fc.boolean(),
  views: fc.boolean(),
  maxPayloadBytes: fc.constantFrom(1, 7, 100, 4096),
});

function reference(bytes: Uint8Array, choice: FrameDecoderOptions): FrameEvent[] {
  const sink = recorder();
  new ReferenceDecoder(sink, choice).receive(bytes);
  return sink.events();
}

describe("FrameDecoder, whatever the bytes", () => {
  it("never throws, and tells what the rules say, however the stream is cut", () => {
    const property = fc.property(stream, sizes, options, (bytes, cuts, choice) => {
      const expected = reference(bytes, choice);
      decodeChunks([bytes], choice).should.deepEqual(expected);
      decodeChunks(cut(bytes, cuts), choice).should.deepEqual(expected);
      decodeChunks(cut(bytes, [1]), choice).should.deepEqual(expected);
    });
    fc.assert(property, RUNS);
  });

  it("finds every valid frame whose START follows garbage", () => {
    const property = fc.property(
      fc.array(fc.tuple(garbage, payload), { minLength: 1, maxLength: 6 }),
      sizes,
      (parts, cuts) => {
        const wire = Buffer.concat(parts.flatMap(([before, bytes]) => [before, encodeFrame(bytes)]));
        const frames = decodeChunks(cut(wire, cuts)).filter((event) => "frame" in event);
        containsInOrder(
          frames,
          parts.map(([, bytes]) => Buffer.from(bytes).toString("hex")),
        ).should.be.true();
      },
    );
    fc.assert(property, RUNS);
  });

  it("makes of every START one frame or one drop, and counts them as it tells them", () => {
    const property = fc.property(stream, sizes, options, (bytes, cuts, choice) => {
      const sink = recorder();
      const decoder = new FrameDecoder(sink, choice);
      for (const chunk of [...cut(bytes, cuts), END_BYTE]) decoder.receive(chunk);
      const drops = Object.values(decoder.counts.dropped).reduce((sum, count) => sum + count, 0);
      const events = sink.events();
      (decoder.counts.frames + drops).should.equal(bytes.filter((value) => value === START).length);
      decoder.counts.frames.should.equal(events.filter((event) => "frame" in event).length);
      drops.should.equal(events.filter((event) => "dropped" in event).length);
    });
    fc.assert(property, RUNS);
  });

  it("reads back every payload that encodeFrame wrote", () => {
    const property = fc.property(
      fc.array(payload, { maxLength: 20, size: "max" }),
      sizes,
      fc.boolean(),
      (payloads, cuts, crc) => {
        const wire = Buffer.concat(payloads.map((bytes) => encodeFrame(bytes, { crc })));
        const expected = payloads.map((bytes) => ({ frame: Buffer.from(bytes).toString("hex") }));
        decodeChunks(cut(wire, cuts), { crc }).should.deepEqual(expected);
      },
    );
    fc.assert(property, RUNS);
  });
});

/** Garbage may by chance hold frames of its own between those that were written. */
function containsInOrder(events: readonly FrameEvent[], frames: readonly string[]): boolean {
  let next = 0;
  for (const event of events) {
    if ("frame" in event && event.frame === frames[next]) next++;
  }
  return next === frames.length;
}

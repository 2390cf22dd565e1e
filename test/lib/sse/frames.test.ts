/** Events of a stream as frames of a WebSocket. */
import fc from "fast-check";
import should from "should";
import { gapText, idText, keepAliveText, namedText, readingText, retryText } from "../../../lib/sse/event-text.ts";
import { framesOf } from "../../../lib/sse/frames.ts";

/** The texts in a run of unmasked text frames. */
function textsIn(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    should(bytes[at]).equal(0x81);
    const short = bytes[at + 1]!;
    const [head, length] =
      short < 126
        ? [2, short]
        : short === 126
          ? [4, bytes.readUInt16BE(at + 2)]
          : [10, Number(bytes.readBigUInt64BE(at + 2))];
    texts.push(bytes.toString("utf8", at + head, at + head + length));
    at += head + length;
  }
  return texts;
}

const told = { topic: "mesh/5/GPS", value: "ä\n\n", time: 7, cursor: "e-3" };
const data = '"device":"mesh/5","type":"GPS","topic":"mesh/5/GPS","value":"ä\\n\\n","time":7,"cursor":"e-3"}';

describe("frames of events", () => {
  for (const [title, text, expected] of [
    ["a reading with an id", readingText(told, "e-3"), [`{"lastEventId":"e-3",${data}`]],
    ["a reading without", readingText(told), [`{${data}`]],
    ["a gap", gapText("e-1", "e-2"), ['{"event":"gap","lastEventId":"e-2","from":"e-1","to":"e-2"}']],
    ["an outcome", namedText("outcome", { id: "c" }), ['{"event":"outcome","id":"c"}']],
    ["an id alone", idText("e-4"), ['{"lastEventId":"e-4"}']],
    ["a sign of life with an id", keepAliveText("e-4"), ['{"lastEventId":"e-4"}']],
    ["a sign of life without", keepAliveText(null), []],
    ["a time to come back", retryText(1000), []],
    ["several", idText("e-4") + readingText(told), ['{"lastEventId":"e-4"}', `{${data}`]],
  ] as [string, string, string[]][]) {
    it(`hold ${title}`, () => {
      should(textsIn(framesOf(text))).deepEqual(expected);
      should(framesOf(Buffer.from(text))).deepEqual(framesOf(text));
    });
  }

  it("have a length of every size", () => {
    for (const length of [0, 125, 126, 65_535, 65_536, 200_000]) {
      const value = "x".repeat(length);
      const [text] = textsIn(framesOf(readingText({ ...told, value })));
      should((JSON.parse(text!) as { value: string }).value).equal(value);
    }
  });

  it("are made once for a chunk", () => {
    const chunk = Buffer.from(readingText(told));
    should(framesOf(chunk)).equal(framesOf(chunk));
  });

  it("hold any value as the stream does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, hasId) => {
        const [text] = textsIn(framesOf(readingText({ ...told, value }, hasId ? "e-3" : undefined)));
        should((JSON.parse(text!) as { value: unknown }).value).deepEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

/** Text messages of a stream: where one ends, what is dropped, and that cuts mean nothing. */
import fc from "fast-check";
import should from "should";
import { MessageSplitter } from "../../../lib/sessions/message-splitter.ts";
import { LINE_ENDS, parseTerminators, type Terminators } from "../../../lib/sessions/terminators.ts";
import { cut, decode } from "./stream.ts";

const ROBOT_ENDS = parseTerminators("done\\r\\n done\\n \\r\\n \\n");

interface Row {
  readonly title: string;
  readonly ends?: Terminators;
  readonly maxBytes?: number;
  readonly wire: string | Buffer;
  readonly told: readonly string[];
}

const ROWS: readonly Row[] = [
  { title: "lines", wire: "a\nb c\n", told: ["a", "b c"] },
  { title: "lines that end as on Windows", wire: "a\r\nb\r\n", told: ["a", "b"] },
  { title: "a CR within a line", wire: "10 %\r20 %\r\r\n", told: ["10 %\r20 %\r"] },
  { title: "empty lines", wire: "\n\r\na\n\n", told: ["!empty", "!empty", "a", "!empty"] },
  { title: "the stream's end within a line", wire: "a\nb", told: ["a", "!unterminated"] },
  { title: "characters of several bytes", wire: "21 °C €😀\n", told: ["21 °C €😀"] },
  { title: "a byte order mark, which is data", wire: "\ufeffa\n", told: ["\ufeffa"] },
  { title: "NUL bytes", wire: "a\0b\n", told: ["a\0b"] },
  { title: "bytes that are no UTF-8", wire: Buffer.from("a\xffb\nnext\n", "latin1"), told: ["!utf8", "next"] },
  { title: "a character cut off by its line's end", wire: Buffer.from("\xe2\x82\n", "latin1"), told: ["!utf8"] },
  { title: "a line of just the limit", maxBytes: 4, wire: "abcd\nabcd\r\n", told: ["abcd", "abcd"] },
  { title: "a line beyond the limit", maxBytes: 4, wire: "abcde\nb\n", told: ["!too-long", "b"] },
  { title: "a line far beyond the limit", maxBytes: 4, wire: `${"x".repeat(99)}\r\nb\n`, told: ["!too-long", "b"] },
  { title: "an endless line", maxBytes: 4, wire: "x".repeat(99), told: ["!too-long"] },
  { title: "the word directly after an object", ends: ROBOT_ENDS, wire: '{"a":1}done\n', told: ['{"a":1}'] },
  { title: "the same with a CR", ends: ROBOT_ENDS, wire: '{"a":1}done\r\n', told: ['{"a":1}'] },
  { title: "an object ended by a line feed alone", ends: ROBOT_ENDS, wire: '{"a":1}\n', told: ['{"a":1}'] },
  {
    title: "the word as a value and as a name, within JSON on one line",
    ends: ROBOT_ENDS,
    wire: '{"state":"done","done":1,"text":"done\\n"}done\n{"state":"done"}\n',
    told: ['{"state":"done","done":1,"text":"done\\n"}', '{"state":"done"}'],
  },
  { title: "the word in the middle of a line", ends: ROBOT_ENDS, wire: "undone deeds\n", told: ["undone deeds"] },
  {
    title: "the word at the end of a plain line, which is taken for the end",
    ends: ROBOT_ENDS,
    wire: "well done\n",
    told: ["well "],
  },
  { title: "the word alone", ends: ROBOT_ENDS, wire: "done\nping\n", told: ["!empty", "ping"] },
  { title: "the word twice", ends: ROBOT_ENDS, wire: "donedone\n", told: ["done"] },
  {
    title: "a terminator's beginning",
    ends: parseTerminators("--end--"),
    wire: "a--en--end--b",
    told: ["a--en", "!unterminated"],
  },
  {
    title: "a terminator that begins again within itself",
    ends: parseTerminators("aab"),
    wire: "aaabxaab",
    told: ["a", "x"],
  },
  {
    title: "terminators with other last bytes",
    ends: parseTerminators("; \\0"),
    wire: "a;b\0c;",
    told: ["a", "b", "c"],
  },
  {
    title: "a limit that is reached within a terminator",
    ends: parseTerminators("<end>"),
    maxBytes: 3,
    wire: "abc<end>abcd<end>abc<en!<end>x<end>",
    told: ["abc", "!too-long", "!too-long", "x"],
  },
];

describe("MessageSplitter", () => {
  for (const { title, ends = LINE_ENDS, maxBytes = 1000, wire, told } of ROWS) {
    it(`tells ${title}, however it is cut`, () => {
      const bytes = Buffer.from(wire as string);
      for (const sizes of [[bytes.length], [1], [2], [3], [1, 5], [7]]) {
        should(decode(new MessageSplitter(ends, maxBytes), cut(bytes, sizes))).deepEqual(told, `sizes ${sizes}`);
      }
    });
  }

  it("tells a message as soon as it ends, and one that is too long before it ends", () => {
    const splitter = new MessageSplitter(ROBOT_ENDS, 10);
    splitter.receive(Buffer.from("{}\n")).should.deepEqual([{ type: "message", payload: "{}" }]);
    splitter.receive(Buffer.from("x".repeat(20))).should.deepEqual([{ type: "dropped", reason: "too-long" }]);
    splitter.receive(Buffer.from("x".repeat(20))).should.deepEqual([]);
  });

  it("makes the same of a stream however it is cut, and what the rule says", () => {
    const byte = fc.constantFrom(..."don\n\r;x{°".split("").flatMap((letter) => [...Buffer.from(letter)]), 0xff);
    const stream = fc.array(byte, { maxLength: 400, size: "max" }).map((bytes) => Buffer.from(bytes));
    const word = fc.array(fc.constantFrom("d", "o", "n", "\\n", "\\r", ";"), { minLength: 1, maxLength: 4 });
    const ends = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.map((one) => one.join("")));
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
    const property = fc.property(stream, ends, sizes, fc.integer({ min: 1, max: 40 }), (bytes, words, cuts, limit) => {
      const terminators = usable(words);
      fc.pre(terminators !== null);
      const expected = reference(bytes, terminators!, limit);
      should(decode(new MessageSplitter(terminators!, limit), [bytes])).deepEqual(expected);
      should(decode(new MessageSplitter(terminators!, limit), cut(bytes, cuts))).deepEqual(expected);
      should(decode(new MessageSplitter(terminators!, limit), cut(bytes, [1]))).deepEqual(expected);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("gives back every line of text that is written to it", () => {
    const line = fc.string({ unit: "binary", minLength: 1, maxLength: 300, size: "max" });
    const lines = fc.array(
      line.map((text) => text.replaceAll(/[\r\n]|\p{Cs}/gu, "_")),
      { maxLength: 20 },
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 });
    const property = fc.property(lines, sizes, (texts, cuts) => {
      const wire = Buffer.from(texts.map((text) => `${text}\n`).join(""));
      should(decode(new MessageSplitter(LINE_ENDS, 10_000), cut(wire, cuts))).deepEqual(texts);
    });
    fc.assert(property);
  });
});

function usable(words: readonly string[]): Terminators | null {
  try {
    return parseTerminators(words.join(" "));
  } catch {
    return null;
  }
}

/** The rule in its plainest form: byte by byte, all of the message looked at each time. */
function reference(bytes: Buffer, ends: Terminators, limit: number): string[] {
  const told: string[] = [];
  let from = 0;
  let isLong = false;
  for (let to = 1; to <= bytes.length; to++) {
    const message = bytes.subarray(from, to);
    const complete = ends.filter((end) => message.subarray(-end.length).equals(end));
    const length = message.length - Math.max(0, ...complete.map((end) => end.length));
    if (complete.length > 0) {
      told.push(...(isLong ? [] : [wordFor(message.subarray(0, length), limit)]));
      from = to;
      isLong = false;
    } else if (!isLong && length >= limit + ends[0]!.length) {
      told.push("!too-long");
      isLong = true;
    }
  }
  return from < bytes.length && !isLong ? [...told, "!unterminated"] : told;
}

function wordFor(message: Buffer, limit: number): string {
  if (message.length === 0) return "!empty";
  if (message.length > limit) return "!too-long";
  return Buffer.from(message.toString()).equals(message) ? message.toString() : "!utf8";
}

/** Text between frames: where a line ends. */
import "should";
import { NoiseLines } from "../../../lib/uart/noise-lines.ts";

function linesOf(...texts: readonly string[]): string[] {
  const told: string[] = [];
  const lines = new NoiseLines((line) => told.push(line));
  for (const text of texts) {
    const bytes = Buffer.from(`[${text}]`);
    lines.add(bytes, 1, bytes.length - 1);
  }
  lines.flush();
  return told;
}

describe("NoiseLines", () => {
  it("tells lines without their line ends", () => {
    linesOf("boot\r\nready\n").should.deepEqual(["boot", "ready"]);
  });

  it("puts a line together that comes in pieces, within a character too", () => {
    linesOf("bo", "ot\nre", "ady").should.deepEqual(["boot", "ready"]);
    const told: string[] = [];
    const lines = new NoiseLines((line) => told.push(line));
    for (const byte of Buffer.from("21 °C\n")) lines.add(Uint8Array.of(byte), 0, 1);
    told.should.deepEqual(["21 °C"]);
  });

  it("leaves empty lines out", () => {
    linesOf("\n\r\n\n").should.deepEqual([]);
  });

  it("keeps a CR within a line", () => {
    linesOf("10 %\r20 %\n").should.deepEqual(["10 %\r20 %"]);
  });

  it("cuts a line at 256 bytes", () => {
    linesOf("a".repeat(256), "\nb").should.deepEqual(["a".repeat(256), "b"]);
    linesOf("a".repeat(257)).should.deepEqual(["a".repeat(256), "a"]);
  });
});

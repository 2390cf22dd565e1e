/** Pictures of simulated robots: any program that reads PNG reads them. */
import { crc32, inflateSync } from "node:zlib";
import should from "should";
import { encodePng } from "../../../lib/simulators/png.ts";

function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const named = png.subarray(at + 4, at + 8 + length);
    should(png.readUInt32BE(at + 8 + length)).equal(crc32(named));
    chunks.set(named.toString("latin1", 0, 4), named.subarray(4));
    at += 12 + length;
  }
  return chunks;
}

describe("a PNG", () => {
  for (const [width, height] of [
    [1, 1],
    [3, 2],
    [200, 150],
  ] as const) {
    it(`of ${width} by ${height} holds every pixel`, () => {
      const png = encodePng(width, height, (x, y) => [x, y, 255]);
      should(png.subarray(0, 8)).deepEqual(Buffer.from("89504e470d0a1a0a", "hex"));
      const chunks = chunksOf(png);
      should([...chunks.keys()]).deepEqual(["IHDR", "IDAT", "IEND"]);
      should([chunks.get("IHDR")!.readUInt32BE(0), chunks.get("IHDR")!.readUInt32BE(4)]).deepEqual([width, height]);
      const rows = inflateSync(chunks.get("IDAT")!);
      should(rows.length).equal(height * (1 + width * 3));
      const last = rows.subarray(-3);
      should([...last]).deepEqual([width - 1, height - 1, 255]);
    });
  }
});

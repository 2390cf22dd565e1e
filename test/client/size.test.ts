/** The pages weigh little: everything a browser loads, compressed as servers do. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import should from "should";
import { bundle } from "./mock-hub.ts";

const LIMIT = 15 * 1024;

describe("the browser's files", () => {
  it("weigh no more than 15 KB compressed in all", async () => {
    const texts = ["client.css", "index.html", "device.html"].map((name) => readFileSync(`client/${name}`, "utf8"));
    const sizes = [await bundle(), ...texts].map((text) => gzipSync(text).length);
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    console.log(
      `      client.js ${sizes[0]}, client.css ${sizes[1]}, pages ${sizes[2]! + sizes[3]!}, in all ${whole} bytes`,
    );
    should(whole).be.belowOrEqual(LIMIT);
  });
});

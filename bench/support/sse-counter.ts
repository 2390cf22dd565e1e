/** A browser in a process of its own: reads an event stream and tells its parent how many events came. */
import { get } from "node:http";

const [, , url] = process.argv;
let events = 0;
let carry = 0;

/** An event ends with an empty line; chunks may part its two line feeds. */
function count(chunk: Buffer): void {
  for (const byte of chunk) {
    if (byte === 0x0a) {
      carry++;
      if (carry === 2) events++;
    } else carry = 0;
  }
}

get(url!, (response) => {
  process.send?.({ open: response.statusCode });
  response.on("data", (chunk: Buffer) => {
    count(chunk);
    process.send?.({ events });
  });
});
process.on("disconnect", () => process.exit());

/** Cursors: text and position. */
import fc from "fast-check";
import should from "should";
import { formatCursor, parseCursor } from "../../../lib/store/cursor.ts";
import { CursorMint } from "../../../lib/store/cursor-mint.ts";

const epochs = fc.stringMatching(/^[0-9a-z]{1,32}$/);
const sequences = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe("cursors", () => {
  it("come back as the position that they were made from", () => {
    fc.assert(
      fc.property(epochs, sequences, (epoch, sequence) => {
        should(parseCursor(formatCursor(epoch, sequence))).deepEqual({ epoch, sequence });
      }),
    );
  });

  it("are null where the text is none", () => {
    for (const text of [
      "",
      "a",
      "a-",
      "-1",
      "a-1-",
      "A-1",
      "a-1.5",
      "a--1",
      `${"a".repeat(33)}-1`,
      "a-9999999999999999",
      "a-1\n",
    ]) {
      should(parseCursor(text)).be.null();
    }
  });

  it("are minted as they are formatted, in any order", () => {
    fc.assert(
      fc.property(
        epochs,
        fc.array(fc.oneof(sequences, fc.nat(5000)), { maxLength: 200, size: "max" }),
        (epoch, all) => {
          const mint = new CursorMint(epoch);
          for (const sequence of all) should(mint.cursor(sequence)).equal(formatCursor(epoch, sequence));
        },
      ),
      { numRuns: 30 },
    );
  });
});

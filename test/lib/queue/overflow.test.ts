/** What becomes of messages that do not all fit. */
import fc from "fast-check";
import should from "should";
import { admit, admitByWeight, type Overflow } from "../../../lib/queue/overflow.ts";

const POLICIES: Overflow[] = ["drop-oldest", "drop-newest", "reject"];

describe("overflow", () => {
  const cases: [overflow: Overflow, held: number, arrivals: string, evicted: number, admitted: string, away: string][] =
    [
      ["drop-oldest", 0, "abc", 0, "abc", ""],
      ["drop-oldest", 5, "abc", 2, "abc", ""],
      ["drop-oldest", 6, "a", 1, "a", ""],
      ["drop-oldest", 2, "abcdefgh", 2, "cdefgh", "ab"],
      ["drop-oldest", 9, "a", 4, "a", ""],
      ["drop-newest", 4, "abc", 0, "ab", "c"],
      ["drop-newest", 6, "a", 0, "", "a"],
      ["reject", 5, "ab", 0, "a", "b"],
      ["reject", 9, "ab", 0, "", "ab"],
    ];
  for (const [overflow, held, arrivals, evicted, admitted, away] of cases) {
    it(`${overflow}, ${held} of 6 held, takes ${admitted || "none"} of ${arrivals}`, () => {
      const result = admit([...arrivals], { held, capacity: 6, overflow });
      should(result).deepEqual({ evicted, admitted: [...admitted], turnedAway: [...away] });
    });
  }

  it("never holds more than the capacity, and accounts for every message, in order", () => {
    const numbers = { held: fc.nat(20), arrivals: fc.nat(20), capacity: fc.integer({ min: 1, max: 15 }) };
    fc.assert(
      fc.property(fc.record(numbers), fc.constantFrom(...POLICIES), ({ held, arrivals, capacity }, overflow) => {
        const messages = Array.from({ length: arrivals }, (_, index) => index);
        const { evicted, admitted, turnedAway } = admit(messages, { held, capacity, overflow });
        should([...admitted, ...turnedAway].sort((a, b) => a - b)).deepEqual(messages);
        should(evicted).be.belowOrEqual(held);
        should(admitted).deepEqual([...admitted].sort((a, b) => a - b));
        const left = held - evicted + admitted.length;
        should(left).be.belowOrEqual(Math.max(capacity, overflow === "drop-oldest" ? 0 : held));
        if (evicted + turnedAway.length > 0) should(left).be.aboveOrEqual(capacity);
      }),
    );
  });
});

describe("fitting by weight", () => {
  const weights = (...all: number[]) => all.map((weight) => ({ weight }));
  const cases: [overflow: Overflow, held: number, arrivals: number[], admitted: number[], lighten: number][] = [
    ["drop-oldest", 0, [3, 4], [3, 4], 0],
    ["drop-oldest", 8, [3], [3], 1],
    ["drop-oldest", 8, [6, 7], [7], 5],
    ["drop-oldest", 8, [11], [], 0],
    ["drop-oldest", 8, [1, 11, 1], [1, 1], 0],
    ["drop-newest", 8, [1, 2, 1], [1], 0],
    ["drop-newest", 8, [1, 1, 1], [1, 1], 0],
    ["reject", 8, [11, 2], [2], 0],
  ];
  for (const [overflow, held, arrivals, admitted, lighten] of cases) {
    it(`${overflow}, ${held} of 10 held, takes ${admitted.join(" ") || "none"} of ${arrivals.join(" ")}`, () => {
      const result = admitByWeight(weights(...arrivals), { held, most: 10, overflow });
      should(result.admitted).deepEqual(weights(...admitted));
      should([result.lighten, result.turnedAway.length]).deepEqual([lighten, arrivals.length - admitted.length]);
    });
  }
});

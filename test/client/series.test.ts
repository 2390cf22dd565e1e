/** Which of two readings is newer, and where a series pauses. */
import should from "should";
import { cutFrom, isNewer, type Point, pointsOf, runsOf } from "../../client/series.ts";

const sample = (sequence: number, time: number, epoch = "e") => ({ time, cursor: `${epoch}-${sequence}` });

describe("isNewer", () => {
  it("goes by the cursor within an epoch, even where times stand still or go back", () => {
    should(isNewer(sample(1, 10), sample(1, 10))).be.false();
    should(isNewer(sample(2, 10), sample(1, 10))).be.true();
    should(isNewer(sample(1, 99), sample(2, 10))).be.false();
  });

  it("goes by the time where the epoch is another", () => {
    should(isNewer(sample(1, 11, "f"), sample(50, 10))).be.true();
    should(isNewer(sample(2, 9, "g"), sample(1, 11, "f"))).be.false();
  });

  it("takes every reading that no store has", () => {
    should(isNewer({ time: 5, cursor: null }, sample(50, 10))).be.true();
  });
});

describe("pointsOf", () => {
  it("passes over what is no number", () => {
    const samples = [1, "x", Number.NaN, null, 2].map((value, time) => ({ time, value }));
    should(pointsOf(samples, (value) => value)).deepEqual([
      { time: 0, value: 1 },
      { time: 4, value: 2 },
    ]);
  });
});

describe("runsOf", () => {
  const every = (step: number, count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({ time: from + index * step, value: index }));
  const second = 1_000;
  const minute = 60 * second;
  for (const [name, points, lengths] of [
    ["nothing", [], []],
    ["one reading", every(second, 1), [1]],
    ["two readings, however far apart", every(60 * minute, 2), [2]],
    ["an even series", every(second, 100), [100]],
    ["an even series that is slow", every(10 * minute, 20), [20]],
    ["a series with an outage", [...every(second, 50), ...every(second, 50, 2 * minute)], [50, 50]],
    ["a few readings around an outage", [...every(second, 3), ...every(second, 1, minute)], [3, 1]],
    ["a fast series with a hiccup", [...every(20, 100), ...every(20, 100, 6 * second)], [200]],
    ["a slow series with a reading left out", [...every(minute, 10), ...every(minute, 10, 11 * minute)], [20]],
    [
      "a reading alone between two outages",
      [...every(second, 9), ...every(second, 1, minute), ...every(second, 9, 2 * minute)],
      [9, 1, 9],
    ],
    ["readings that come by threes", every(minute, 10).flatMap(({ time }) => every(1, 3, time)), [30]],
    ["a series that has become slow", [...every(second, 100), ...every(minute, 5, 159 * second)], [105]],
    ["a series that has just become slow", [...every(second, 100), ...every(minute, 2, 159 * second)], [100, 1, 1]],
    ["times that stand still", every(0, 10), [10]],
    ["a clock that was set back", [...every(second, 10, minute), ...every(second, 10)], [20]],
    [
      "a gap that was told, however short",
      [...every(second, 3), { time: 3 * second, value: 3, isAfterGap: true }],
      [3, 1],
    ],
  ] satisfies [string, Point[], number[]][]) {
    it(`has runs of ${lengths.join(" and ") || "nothing"} in ${name}`, () => {
      const runs = runsOf(points);
      should(runs.map(({ length }) => length)).deepEqual(lengths);
      should(runs.flat()).deepEqual(points);
    });
  }
});

describe("cutFrom", () => {
  const points = () => [1, 2, 3].map((time) => ({ time, value: time }));
  for (const [time, left, found] of [
    [0, 0, true],
    [2, 1, true],
    [3, 2, true],
    [4, 3, false],
  ] as const) {
    it(`leaves ${left} of three where history begins at ${time}`, () => {
      const series = points();
      should(cutFrom(series, time)).equal(found);
      should(series).deepEqual(points().slice(0, left));
    });
  }
});

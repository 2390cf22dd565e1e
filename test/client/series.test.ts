/** A series is bounded, in order, and has no reading twice. */
import should from "should";
import { addSample, mergeHistory, pointsOf, type Sample } from "../../client/series.ts";

const stored = (sequence: number, time = sequence, epoch = "e"): Sample => ({
  time,
  value: sequence,
  cursor: `${epoch}-${sequence}`,
});
const live = (time: number): Sample => ({ time, value: time, cursor: null });
const valuesOf = (samples: readonly Sample[]) => samples.map(({ value }) => value);

describe("addSample", () => {
  it("goes by the cursor within an epoch, even where times stand still", () => {
    const samples = [stored(1, 10)];
    should(addSample(samples, stored(1, 10))).be.false();
    should(addSample(samples, stored(2, 10))).be.true();
    should(addSample(samples, stored(1, 99))).be.false();
    should(valuesOf(samples)).deepEqual([1, 2]);
  });

  it("goes by the time where the epoch is another", () => {
    const samples = [stored(50, 10)];
    should(addSample(samples, stored(1, 11, "f"))).be.true();
    should(addSample(samples, stored(2, 9, "g"))).be.false();
  });

  it("takes every reading that no store has", () => {
    const samples = [live(5)];
    should(addSample(samples, live(5))).be.true();
  });

  it("drops the oldest beyond its bound", () => {
    const samples: Sample[] = [];
    for (let sequence = 1; sequence <= 10; sequence++) addSample(samples, stored(sequence), 3);
    should(valuesOf(samples)).deepEqual([8, 9, 10]);
  });
});

describe("mergeHistory", () => {
  it("puts what came live behind the history, once", () => {
    should(
      valuesOf(
        mergeHistory(
          [1, 2, 3].map((n) => stored(n)),
          [3, 4].map((n) => stored(n)),
        ),
      ),
    ).deepEqual([1, 2, 3, 4]);
  });

  it("keeps live readings where there is no history", () => {
    should(valuesOf(mergeHistory([], [live(1), live(2)]))).deepEqual([1, 2]);
  });

  it("stays within its bound", () => {
    const history = Array.from({ length: 20 }, (_, index) => stored(index + 1));
    should(valuesOf(mergeHistory(history, [stored(21)], 3))).deepEqual([19, 20, 21]);
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

/** A series against a plain list of samples. */
import fc from "fast-check";
import should from "should";
import { PagePool } from "../../../lib/store/pages.ts";
import { Series } from "../../../lib/store/series.ts";
import { packPart, type Stored } from "../../../lib/store/value.ts";

type Step =
  | { readonly name: "append"; readonly count: number; readonly skip: number; readonly timeStep: number }
  | { readonly name: "count" | "upTo" | "age"; readonly share: number }
  | { readonly name: "withdraw"; readonly share: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      name: fc.constant("append" as const),
      count: fc.integer({ min: 1, max: 300 }),
      skip: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(2 ** 33)),
      timeStep: fc.constantFrom(-3, 0, 1, 1, 1, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      name: fc.constantFrom("count" as const, "upTo" as const, "age" as const, "withdraw" as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
);

/** The same as Series does, in the plainest way. */
class PlainSeries {
  samples: (Stored & { withdrawn?: boolean })[] = [];

  get held(): Stored[] {
    return this.samples.filter(({ withdrawn }) => !withdrawn);
  }

  range(from: number, to: number, limit: number): Stored[] {
    const found = this.held.filter(({ time }) => time >= from && time <= to);
    return limit > 0 ? found.sort((a, b) => a.time - b.time || a.sequence - b.sequence).slice(-limit) : [];
  }

  removeWhile(test: (sample: Stored, index: number) => boolean): number {
    const before = this.held.length;
    const end = this.samples.findIndex((sample, index) => !test(sample, index));
    this.samples.splice(0, end < 0 ? this.samples.length : end);
    return before - this.held.length;
  }
}

describe("a series", () => {
  it("holds, finds and removes what a plain list does, next to another series in the same pool", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 25 }), (all) => {
        const pool = new PagePool();
        const series = new Series("a", pool);
        const neighbour = new Series("b", pool);
        const plain = new PlainSeries();
        let [sequence, time] = [0, 1000];
        for (const step of all) {
          if (step.name === "append") {
            for (let index = 0; index < step.count; index++) {
              sequence += index === 0 ? step.skip : 1;
              time += step.timeStep;
              const part = sequence % 5 === 0 ? packPart({ time, value: `${sequence}` }) : null;
              series.append(sequence, time, sequence * 2, part);
              neighbour.append(sequence, time, -sequence, null);
              plain.samples.push({ topic: "a", sequence, time, number: sequence * 2, part });
            }
          } else change(step.name, Math.floor(step.share * plain.samples.length), series, plain);
          compare(series, plain);
        }
        should(neighbour.range(-1e9, 1e9, 1e9).every(({ sequence: own, number }) => number === -own)).be.true();
      }),
      { numRuns: 60 },
    );
  });

  function change(name: Exclude<Step["name"], "append">, at: number, series: Series, plain: PlainSeries): void {
    const sample = plain.samples[at];
    if (!sample) return;
    if (name === "withdraw") {
      should(series.withdraw(sample.sequence)).equal(!sample.withdrawn);
      sample.withdrawn = true;
    } else if (name === "count") {
      should(series.removeBeyond(plain.samples.length - at)).equal(plain.removeWhile((_, index) => index < at));
    } else if (name === "upTo") {
      should(series.removeUpTo(sample.sequence)).equal(plain.removeWhile((one) => one.sequence <= sample.sequence));
    } else {
      should(series.removeOlderThan(sample.time)).equal(plain.removeWhile((one) => one.time < sample.time));
    }
  }

  function compare(series: Series, plain: PlainSeries): void {
    const { held } = plain;
    should(series.count).equal(held.length);
    should(series.last()).deepEqual(held.at(-1) ?? null);
    should(series.next(0)).deepEqual(held[0] ?? null);
    const middle = held[held.length >> 1];
    if (!middle) return;
    should(series.next(middle.sequence - 1)).deepEqual(middle);
    should(series.next(middle.sequence)).deepEqual(held[(held.length >> 1) + 1] ?? null);
    for (const limit of [0, 7, 1e6]) {
      should(series.range(middle.time, middle.time + 40, limit)).deepEqual(
        plain.range(middle.time, middle.time + 40, limit),
      );
    }
  }
});

import "should";
import { Random } from "../../../lib/simulators/random.ts";

const DRAWS = 20_000;

function draw<T>(next: (random: Random) => T): T[] {
  const random = new Random(7);
  return Array.from({ length: DRAWS }, () => next(random));
}

const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

describe("random", () => {
  it("gives the same numbers for the same seed", () => {
    draw((random) => random.next()).should.deepEqual(draw((random) => random.next()));
  });

  it("spreads evenly over 0..1", () => {
    const numbers = draw((random) => random.next());
    for (let tenth = 0; tenth < 10; tenth++) {
      numbers.filter((number) => Math.floor(number * 10) === tenth).length.should.be.within(DRAWS * 0.09, DRAWS * 0.11);
    }
  });

  it("keeps to a share", () => {
    draw((random) => random.chance(0.25))
      .filter(Boolean)
      .length.should.be.within(DRAWS * 0.24, DRAWS * 0.26);
    draw((random) => random.chance(0)).should.not.containEql(true);
    draw((random) => random.chance(1)).should.not.containEql(false);
  });

  it("waits as long as the mean, on average", () => {
    mean(draw((random) => random.wait(100))).should.be.approximately(100, 3);
  });
});

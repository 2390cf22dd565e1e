/** The geometry of sparklines and tracks. */
import should from "should";
import { linePath, sparkRuns } from "../../client/sparkline.ts";
import { formatMetres, GRID_STEPS, layPlane, niceStep } from "../../client/track.ts";

describe("sparkRuns", () => {
  it("spreads time over the width and values over the height, greater ones above", () => {
    const points = [
      { time: 100, value: 5 },
      { time: 150, value: 15 },
      { time: 200, value: 10 },
    ];
    should(sparkRuns(points)).deepEqual([
      [
        [0, 30],
        [50, 2],
        [100, 16],
      ],
    ]);
  });

  it("draws what never changes in the middle, and what has one time at the left", () => {
    const points = [0, 0].map((time) => ({ time, value: 7 }));
    should(sparkRuns(points)).deepEqual([
      [
        [0, 16],
        [0, 16],
      ],
    ]);
  });

  it("is parted where nothing came for long, however long; what stands alone is a dot", () => {
    const points = [0, 1_000, 2_000, 100_000].map((time) => ({ time, value: time }));
    should(sparkRuns(points).map(linePath)).deepEqual(["M0 30L14.28 29.72L28.57 29.44", "M100 2h0"]);
    should(linePath([])).equal("");
  });
});

describe("layPlane", () => {
  const inside = ([x, y]: readonly [number, number]) => x >= 0 && x <= 320 && y >= 0 && y <= 200;

  it("puts north above and east to the right, within the drawing", () => {
    const { drawn } = layPlane([
      { longitude: 10, latitude: 50 },
      { longitude: 10.01, latitude: 50.01 },
    ]);
    should(drawn.every(inside)).be.true();
    should(drawn[1]![0]).be.greaterThan(drawn[0]![0]);
    should(drawn[1]![1]).be.lessThan(drawn[0]![1]);
  });

  it("keeps the proportions of the ground: a degree of longitude shrinks with the latitude", () => {
    const { drawn } = layPlane([
      { longitude: 0, latitude: 60 },
      { longitude: 0.02, latitude: 60.01 },
    ]);
    const [width, height] = [drawn[1]![0] - drawn[0]![0], drawn[0]![1] - drawn[1]![1]];
    should(width / height).be.approximately(1, 0.02);
  });

  it("does not make a journey of noise", () => {
    const { drawn, stepMetres } = layPlane([
      { longitude: 10, latitude: 50 },
      { longitude: 10.000001, latitude: 50 },
    ]);
    should(Math.abs(drawn[1]![0] - drawn[0]![0])).be.lessThan(4);
    should(stepMetres).equal(5);
  });

  it("stands whatever a device sends", () => {
    for (const size of [0, 838, 1e6, -1e6]) {
      const plane = layPlane([
        { longitude: size, latitude: size },
        { longitude: -size, latitude: -size },
      ]);
      should(plane.drawn.every(inside)).equal(true, String(size));
      should(plane.vertical.length + plane.horizontal.length).be.within(6, 80);
    }
  });

  it("has round grid steps, in the greater unit where they are great", () => {
    should([0.03, 1, 1.1, 3, 60, 5_100].map((least) => niceStep(least, GRID_STEPS))).deepEqual([
      0.05, 1, 2, 5, 100, 10_000,
    ]);
    should([50, 2_000].map(formatMetres)).deepEqual(["50 m", "2 km"]);
  });
});

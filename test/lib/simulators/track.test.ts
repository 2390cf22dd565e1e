import "should";
import { placeAt } from "../../../lib/simulators/track.ts";

describe("track", () => {
  it("is a closed oval", () => {
    const start = placeAt(0, 0);
    start.should.have.properties({ longitude: 10.02, latitude: 50 });
    placeAt(600, 0).longitude.should.be.approximately(start.longitude, 1e-9);
    placeAt(150, 0).latitude.should.be.approximately(50.01, 1e-9);
  });

  it("sets one vehicle behind another", () => {
    placeAt(0, 0.25).should.deepEqual(placeAt(150, 0));
  });

  it("says the speed at which the place changes", () => {
    for (const second of [0, 75, 150, 400]) {
      const [before, after] = [placeAt(second - 0.5, 0), placeAt(second + 0.5, 0)];
      const east = (after.longitude - before.longitude) * 111_320 * Math.cos((50 * Math.PI) / 180);
      const north = (after.latitude - before.latitude) * 111_320;
      placeAt(second, 0).speed.should.be.approximately(Math.hypot(east, north), 0.01);
    }
  });
});

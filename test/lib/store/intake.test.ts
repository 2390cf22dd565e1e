/** Messages taken in as readings. */
import should from "should";
import { differs, Intake } from "../../../lib/store/intake.ts";

const NOW = 1_700_000_000_000;

describe("Intake", () => {
  it("takes device and type before topic, and the given time", () => {
    const { series, reading } = new Intake().take(
      { device: "mesh/5", type: "GPS", topic: "other/1/X", payload: 7, time: 5 },
      NOW,
    );
    should(series.topic).equal("mesh/5/GPS");
    should(reading).deepEqual({ time: 5, value: 7 });
  });

  it("takes names from the topic, the bytes, and the present where no time is given", () => {
    const raw = Uint8Array.of(1, 2);
    const { series, reading } = new Intake().take({ topic: "mesh/5/GPS", payload: null, raw }, NOW);
    should(series).containEql({ topic: "mesh/5/GPS", type: "GPS" });
    should(series.home.device).equal("mesh/5");
    should(reading).deepEqual({ time: NOW, value: null, raw });
  });

  for (const [message, fault] of [
    [{ topic: "mesh/5/GPS" }, /"payload" is missing/],
    [{ payload: 1 }, /"device" must be .* got nothing/],
    [{ payload: 1, device: "mesh/5" }, /"type" must be .* got nothing/],
    [{ payload: 1, device: "mesh", type: "GPS" }, /"device" must be .* got "mesh"/],
    [{ payload: 1, device: "mesh/5", type: "a/b" }, /"type" must be .* got "a\/b"/],
    [{ payload: 1, topic: "mesh/GPS" }, /"device" must be .* got "mesh"/],
    [{ payload: 1, topic: "mesh/5/GPS", time: "now" }, /"time" must be milliseconds/],
    [{ payload: 1, topic: "mesh/5/GPS", time: Number.NaN }, /"time" must be milliseconds/],
  ] as const) {
    it(`refuses ${JSON.stringify(message)}`, () => {
      const intake = new Intake();
      should(() => intake.take(message, NOW)).throw(RangeError, { message: fault });
      should(intake.devices).equal(0);
    });
  }

  it("gives the same series for a topic, until it is forgotten", () => {
    const intake = new Intake();
    const take = () => intake.take({ topic: "mesh/5/GPS", payload: 1 }, NOW).series;
    const first = take();
    should(take()).equal(first);
    intake.forget("mesh/5", "BAT");
    should(take()).equal(first);
    intake.forget("mesh/5", "GPS");
    should(take()).not.equal(first);
    should(take().home).equal(first.home);
    intake.forget("mesh/5");
    should(intake.devices).equal(0);
    should(take().home).not.equal(first.home);
  });

  it("remembers a bounded number of topics", () => {
    const intake = new Intake();
    for (let index = 0; index < 100_001; index++) intake.take({ device: `mesh/${index}`, type: "A", payload: 1 }, NOW);
    should(intake.devices).equal(1);
  });

  it("tells a value that differs from the previous one, the first included", () => {
    const intake = new Intake(true);
    const changed = { a: 1 };
    const comparing = [null, null, changed, changed, { a: 2 }, { a: 2 }, '{"a":2}', 3, 3].map((payload) => {
      const isDifferent = differs(intake.take({ topic: "mesh/5/GPS", payload }, NOW));
      changed.a = 2;
      return isDifferent;
    });
    should(comparing).deepEqual([true, false, true, false, false, false, true, true, false]);
  });

  it("keeps no values where they are not compared", () => {
    const take = () => new Intake().take({ topic: "mesh/5/GPS", payload: { a: 1 } }, NOW);
    should(differs(take())).be.true();
    should(take()).match({ picture: null, series: { previous: null } });
  });
});

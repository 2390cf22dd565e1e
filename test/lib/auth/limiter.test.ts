/** How long who guesses has to wait. */
import fc from "fast-check";
import should from "should";
import { accountKey, addressKey, Limiter } from "../../../lib/auth/limiter.ts";

const KEYS = ["address 192.0.2.1"];

/** Guesses as soon as it may, for so long; returns how many were looked at. */
function guess(limiter: Limiter, forMs: number): number {
  let looked = 0;
  for (let now = 0; now < forMs; now += Math.max(1, limiter.waitMs(KEYS, now))) {
    if (limiter.waitMs(KEYS, now) > 0) continue;
    looked++;
    limiter.failed(KEYS, now);
  }
  return looked;
}

describe("the limiter", () => {
  it("lets ten failures pass, and doubles the wait with each further one up to a minute", () => {
    const limiter = new Limiter({ forgetMs: Number.POSITIVE_INFINITY });
    const waits = Array.from({ length: 18 }, () => {
      limiter.failed(KEYS, 0);
      return limiter.waitMs(KEYS, 0);
    });
    should(waits.slice(0, 10)).matchEach(0);
    should(waits.slice(10)).deepEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it("lets who goes on guessing have a few in a minute and two a minute for ever", () => {
    should(guess(new Limiter(), 60_000)).be.within(14, 17);
    should(guess(new Limiter(), 3_600_000)).be.belowOrEqual(140);
  });

  it("forgets one failure every half minute", () => {
    const limiter = new Limiter();
    for (let n = 0; n < 12; n++) limiter.failed(KEYS, 0);
    limiter.failed(KEYS, 12 * 30_000);
    should(limiter.waitMs(KEYS, 12 * 30_000)).equal(0);
  });

  it("asks the longest wait of address and account, and keeps others apart", () => {
    const limiter = new Limiter();
    const account = accountKey("anna");
    for (let n = 0; n < 11; n++) limiter.failed([`address ${n}`, account], 0);
    should(limiter.waitMs(["address 0"], 0)).equal(0);
    should(limiter.waitMs(["address 0", account], 0)).be.approximately(1000, 1);
    should(limiter.waitMs([accountKey("bea")], 0)).equal(0);
  });

  it("takes back what was counted beforehand, and no wait", () => {
    const limiter = new Limiter();
    for (let n = 0; n < 30; n++) {
      limiter.failed(KEYS, 0);
      limiter.forgive(KEYS);
    }
    should(limiter.waitMs(KEYS, 0)).equal(0);
  });

  it("remembers so many addresses and no more", () => {
    const limiter = new Limiter({ maxKeys: 100 });
    fc.assert(
      fc.property(fc.nat(1000), (host) => {
        limiter.failed([`address ${host}`], 0);
        should(limiter.size).be.belowOrEqual(100);
      }),
    );
  });

  it("takes a whole IPv6 network for one, and IPv4 in IPv6 for IPv4", () => {
    should(addressKey("::ffff:192.0.2.1")).equal(addressKey("192.0.2.1"));
    should(addressKey("2001:db8:1:2::1")).equal(addressKey("2001:DB8:1:2:ffff:0:0:9"));
    should(addressKey("2001:0db8::7")).equal(addressKey("2001:db8:0:0:1::"));
    should(addressKey("2001:db8:1:3::1")).not.equal(addressKey("2001:db8:1:2::1"));
    should(addressKey("fe80::1%eth0")).equal(addressKey("fe80::2"));
    should(addressKey("::1")).not.equal(addressKey("2001:db8::1"));
  });
});

/** How many look at a page, and at a device. */
import fc from "fast-check";
import should from "should";
import { Audience, type ViewedPage } from "../../../lib/sse/audience.ts";

const page = (path: string, view: string | null, device: string | null): ViewedPage => ({ path, view, device });
const WEATHER = page("/v/weather/site/1", "weather", "site/1");
const DEVICE = page("/d/site/1", null, "site/1");
const LIST = page("/", null, null);

describe("an audience", () => {
  it("counts who views a page, and who watches its device by any page", () => {
    const audience = new Audience();
    should(audience.open("a", WEATHER)).deepEqual({ ...WEATHER, viewers: 1, watching: 1 });
    should(audience.open("b", DEVICE)).deepEqual({ ...DEVICE, viewers: 1, watching: 2 });
    should(audience.open("b", WEATHER)).deepEqual({ ...WEATHER, viewers: 2, watching: 2 });
    should(audience.close("b", DEVICE)).deepEqual({ ...DEVICE, viewers: 0, watching: 2 });
    should(audience.close("a", WEATHER)).deepEqual({ ...WEATHER, viewers: 1, watching: 1 });
    should(audience.open("a", LIST)).deepEqual({ ...LIST, viewers: 1, watching: 0 });
  });

  it("hears once of a page that a browser has open by several connections", () => {
    const audience = new Audience();
    audience.open("a", WEATHER);
    should(audience.open("a", WEATHER)).be.null();
    should(audience.close("a", WEATHER)).be.null();
    should(audience.close("a", WEATHER)).containEql({ viewers: 0 });
    should(audience.close("a", WEATHER)).be.null();
  });

  it("is empty when all that was opened is closed, in any order", () => {
    const opening = fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom(WEATHER, DEVICE, LIST));
    const sample = fc
      .array(opening, { size: "max", maxLength: 40 })
      .chain((opened) => fc.tuple(fc.constant(opened), fc.shuffledSubarray(opened, { minLength: opened.length })));
    fc.assert(
      fc.property(sample, ([opened, closed]) => {
        const audience = new Audience();
        for (const [browser, one] of opened) audience.open(browser, one);
        for (const [browser, one] of closed) audience.close(browser, one);
        for (const one of [WEATHER, DEVICE, LIST]) should(audience.open("x", one)).containEql({ viewers: 1 });
      }),
    );
  });
});

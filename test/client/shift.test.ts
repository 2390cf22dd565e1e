/** The pages stand still: what comes in a page's first seconds moves nothing that was seen before. */
import should from "should";
import { eventually } from "../support/eventually.ts";
import { loaded } from "./browser.ts";
import type { MockHub } from "./mock-hub.ts";
import { describePages } from "./with-hub.ts";

const PATHS = ["/", "/d/mesh/5", "/v/gallery", "/v/mesh", "/v/solar/solar/board", "/v/bridge/site", "/v/robots"];
/** What is called good of pages: a tenth of the screen moved by its height. */
const MOST = 0.1;

function fill(hub: MockHub): void {
  const now = Date.now();
  for (const device of ["mesh/1", "mesh/5", "site/weather-1", "robot/sim-ada", "robot/bob", "solar/board"]) {
    for (let age = 60; age >= 0; age--) hub.publish(device, "SPD", Math.sin(age), now - age * 1000);
    for (const [type, value] of Object.entries({
      BAT: 3.7,
      request: "a question",
      list: [1, 2, 3],
      both: { a: 1, b: 2 },
    }))
      hub.publish(device, type, value);
    for (const east of [0, 0.001]) hub.publish(device, "GPS", { longitude: 10 + east, latitude: 50 });
  }
  for (const type of ["temperature", "highest", "lowest", "humidity"]) hub.publish("site/weather-1", type, 21.5);
  for (const type of ["Speed", "Air_Temp"]) for (const value of [1, 2, 3]) hub.publish("solar/board", type, value);
  hub.publish("solar/board", "Message", "Clock set");
  hub.publish("queue/sim-ada", "depth", 7);
  hub.metrics = 'gatehouse_dropped_total{where="gateway-api:api",reason="unheard"} 5\n';
  hub.browsers = [{ via: "events", address: "127.0.0.1", since: now, view: "/", topics: [], dropped: 0 }];
}

/** In the page: an observer hears of a frame behind it. */
async function sumOfShifts(): Promise<number> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  for (let frames = 0; frames < 10; frames++) await frame();
  return (globalThis as unknown as { moved: number }).moved;
}

describePages("the pages", ({ hub, openContext }) => {
  for (const width of [375, 1280]) {
    it(`stand still while they fill, ${width} px wide`, async () => {
      fill(hub);
      const page = await (await openContext({ viewport: { width, height: 800 } })).newPage();
      await page.addInitScript(() => {
        const shifts = Object.assign(globalThis, { moved: 0 });
        const watch = new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
            if (!entry.hadRecentInput) shifts.moved += entry.value;
        });
        watch.observe({ type: "layout-shift", buffered: true });
      });
      const movedAt = async (path: string) => {
        await page.goto(hub.url + path);
        await loaded(page);
        await page.waitForFunction(() => !document.querySelector(".settling, .loading"));
        await page.locator("gh-value[state], .device").first().waitFor();
        return page.evaluate(sumOfShifts);
      };
      // What is not there in time is shown all the same, and moves: a machine that has other work gets another chance.
      for (const path of PATHS) await eventually(async () => should(await movedAt(path)).be.belowOrEqual(MOST, path));
    });
  }
});

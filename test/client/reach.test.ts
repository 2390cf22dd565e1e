/** The pages for everyone: axe-core finds nothing, in either colour scheme, and no phone scrolls sideways. */
import type { Page } from "playwright-core";
import should from "should";
import { eventually } from "../support/eventually.ts";
import { violations } from "./axe.ts";
import { loaded, textBecomes } from "./browser.ts";
import type { MockHub } from "./mock-hub.ts";
import { describePages } from "./with-hub.ts";

/** One device of every status, and one value of every kind; names and values as long as they come. */
function fill(hub: MockHub): void {
  const long = "a-very-long-name-without-a-single-space-in-it-".repeat(4);
  const now = Date.now();
  hub.publish("mesh/2", "BAT", 1, now - 60_000);
  hub.publish("mesh/3", "BAT", 1, now - 600_000);
  hub.publish(`mesh/${long}`, long, long);
  for (const value of [1.5, 123456789.1234]) hub.publish("mesh/5", "number", value);
  for (const east of [0, 0.001]) hub.publish("mesh/5", "GPS", { longitude: -121.5 + east, latitude: -25.1 });
  hub.publish("mesh/5", "object", { [long]: 1, b: long, c: { d: true } });
  hub.publish("mesh/5", "bytes", { base64: Buffer.alloc(200, 7).toString("base64") });
  for (const line of ["ok", long, "two\nlines"]) hub.publish("mesh/5", "text", line);
  hub.publish("mesh/5", "flag", true);
  hub.publish("mesh/5", "list", [long, null]);
  for (const [type, value] of Object.entries({ [long]: long, list: [[long, 1]], seen: [{ [long]: long }], speed: 1 })) {
    hub.publish("robot/benbot", type, value);
    hub.publish(`robot/${long}`, type, value);
  }
  hub.publish("robot/benbot", "camera", `/9j/${"A".repeat(200)}`);
  hub.publish("game/robots", "MSG", long);
  hub.publish("game/robots", "left_team", "benbot");
  hub.publish("game/robots", "GAME", "start");
  hub.publish("queue/benbot", "depth", 1000);
  hub.publish("queue/benbot", "dropped", { reason: "drop-oldest", count: 1, total: 1, all: 123456 });
  hub.metrics = `gatehouse_dropped_total{where="${long}",reason="${long}"} 5\n`;
  hub.browsers = [{ via: "events", address: long, since: now, view: `/${long}`, topics: [], dropped: 3 }];
  for (const [type, known] of Object.entries({ [long]: { kind: "none" }, long: { kind: "text" } })) {
    hub.keys.set(`command.mesh/5/${type}`, { known, since: now });
  }
  hub.keys.set("device.mesh/5", { name: `Buoy ${long}`, uuid: long, labels: { site: "Pier", [long]: long } });
}

const PATHS = {
  "the device list": "/",
  "a device's page": "/d/mesh/5",
  "the robots' screen": "/v/robots",
  "a robot's page": "/v/robot/benbot",
  "the monitoring page": "/v/mesh",
  "the page of the bridge": "/v/bridge/robot",
  "the overview of networks": "/v/networks",
  "the gallery of components": "/v/gallery",
};

const SCHEMES = ["light", "dark"] as const;

describePages("reach", ({ hub, open, openAt }) => {
  async function axeFindsNothing(page: Page): Promise<void> {
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      should(await violations(page)).deepEqual([], colorScheme);
    }
  }

  for (const [title, path] of Object.entries(PATHS)) {
    it(`axe finds nothing on ${title}, nor after its connection is lost`, async () => {
      fill(hub);
      const page = await openAt(path);
      await loaded(page);
      await textBecomes(page, ".connection", "Live");
      hub.send('event: gap\ndata: {"from":"a-1","to":"a-2"}\n\n');
      await page.waitForSelector(".notice");
      await axeFindsNothing(page);
      await hub.stop();
      await textBecomes(page, ".connection", "Reconnecting");
      await page.clock.fastForward(3_000);
      await textBecomes(page, ".connection", /^Lost since/);
      await axeFindsNothing(page);
    });

    it(`${title} is as wide as the screen, any screen, and its bar one line on a phone`, async () => {
      fill(hub);
      const page = await open(path);
      await loaded(page);
      await page.locator(".device, .card, gh-value").first().waitFor();
      for (const width of [320, 375, 768, 1280, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        await eventually(async () => should(await wide(page)).deepEqual([width]));
        const [bar, main] = await Promise.all([page.locator(".bar").boundingBox(), page.locator("main").boundingBox()]);
        should(bar!.height).be.below(width > 480 ? 120 : 64);
        should(main!.width).be.aboveOrEqual(width === 2560 ? 2400 : 0);
      }
    });

    // A page of components is the same without data.
    if (path === "/v/gallery") continue;
    it(`axe finds nothing on ${title} without data, and refused`, async () => {
      const page = await open(path);
      await page.waitForSelector(".empty", { state: "visible" });
      await axeFindsNothing(page);
      hub.refusal = { status: 403, body: { message: "this machine only" } };
      await page.reload();
      await page.waitForSelector(".panel button");
      await axeFindsNothing(page);
    });
  }

  /** The width of the page, and what reaches beyond its screen. */
  function wide(page: Page): Promise<unknown[]> {
    return page.evaluate(() => {
      const beyond = [...document.querySelectorAll("main *")].filter(
        (element) => !element.closest("svg") && element.getBoundingClientRect().right > innerWidth + 0.5,
      );
      return [document.documentElement.scrollWidth, ...beyond.map((element) => element.outerHTML.slice(0, 200))];
    });
  }
});

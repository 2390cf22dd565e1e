/** Components that are made of others, in Chromium: the list of devices, and one device, within a page of a user's own. */
import should from "should";
import { violations } from "./axe.ts";
import { countBecomes, textBecomes, textsBecome } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const TITLE = "<h1>A page</h1>";

describePages("components made of others", ({ hub, show: showView }) => {
  const show = (html: string) => showView(TITLE + html);

  it("gh-devices lists one network live, names pictures, and leaves address and title to the page", async () => {
    hub.publish("mesh/5", "camera", PIXEL);
    hub.publish("robot/ada", "speed", 1);
    const page = await show('<gh-devices network="mesh"></gh-devices>');
    const address = page.url();
    await textBecomes(page, ".device .values dd", "Picture, 72 bytes");
    should(await page.locator('link[href*="/devices.css"]').count()).equal(1);
    hub.publish("mesh/6", "speed", 1);
    await textBecomes(page, '[data-device="mesh/6"] dd', "1");
    await page.locator('[data-device="mesh/6"]').waitFor();
    await textsBecome(page, ".device h3", ["mesh/5", "mesh/6"]);
    await page.locator(".search input").fill("camera");
    await page.locator('[data-device="mesh/6"]').waitFor({ state: "detached" });
    should(page.url()).equal(address);
    await page.locator("gh-devices").evaluate((list) => list.setAttribute("network", "robot"));
    await textBecomes(page, ".device h3", "robot/ada");
    await countBecomes(page, ".networks h3", 1);
  });

  it("gh-devices of several networks groups them, and leads to a view where it is told one", async () => {
    for (const device of ["site/7", "mesh/5", "robot/ada"]) hub.publish(device, "speed", 1);
    const page = await show('<gh-devices network="mesh site" view="weather"></gh-devices>');
    await page.locator('[data-device="site/7"] .status[data-status="active"]').waitFor();
    const links = await page.locator(".device a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    should(links).deepEqual(["/gatehouse/v/weather/mesh/5", "/gatehouse/v/weather/site/7"]);
    await textsBecome(page, ".networks h3", ["mesh 1", "site 1"]);
  });

  it("gh-device shows each type as its kind asks for, of the device of the page or another", async () => {
    hub.publish("mesh/5", "speed", 1.5);
    hub.publish("mesh/5", "camera", PIXEL);
    hub.publish("robot/ada", "note", "hello");
    const page = await show('<gh-device></gh-device><gh-device device="robot/ada" cards></gh-device>');
    await textBecomes(page, "h2", "mesh/5");
    await textBecomes(page, '[data-type="speed"] gh-value [part=value]', "1.5");
    await page.locator('[data-type="camera"] gh-image img').waitFor();
    await textBecomes(page, '[data-type="note"] gh-log [part=text]', "hello");
    await textsBecome(page, "h2", ["mesh/5"]);
    should(await page.title()).not.match(/mesh/);
    should(await violations(page)).deepEqual([]);
    await page
      .locator("gh-device")
      .first()
      .evaluate((device) => device.setAttribute("device", "robot/ada"));
    await textBecomes(page, "h2", "robot/ada");
  });

  it("show values as old when their device has fallen silent, and end with their element", async () => {
    hub.publish("mesh/5", "speed", 1, Date.now() - 60_000);
    const page = await show('<gh-device></gh-device><gh-value type="other"></gh-value>');
    await page.locator("gh-device gh-value[state=stale]").waitFor();
    hub.publish("mesh/5", "speed", 2);
    await page.locator("gh-device gh-value[state=fresh]").waitFor();
    await page.locator("gh-device").evaluate((device) => device.remove());
    hub.publish("mesh/5", "speed", 3);
    hub.publish("mesh/5", "other", 1);
    await textBecomes(page, "gh-value [part=value]", "1");
  });
});

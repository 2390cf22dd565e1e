/** The device list in Chromium, against a scripted hub. */
import should from "should";
import { countBecomes, loaded, textBecomes, textsBecome } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const value = (device: string, type: string) => `[data-device="${device}"] .values div:has(dt:text-is("${type}")) dd`;
const status = (device: string) => `[data-device="${device}"] .status`;

describePages("the device list", ({ hub, open, openAt }) => {
  it("says what to do while there is no device, and shows the first one by itself", async () => {
    const page = await open("/");
    await page.waitForSelector(".empty >> text=No devices yet");
    await textBecomes(page, ".connection", "Live");
    hub.publish("mesh/5", "BAT", 3.7);
    await textBecomes(page, value("mesh/5", "BAT"), "3.7");
    await page.locator(".empty").waitFor({ state: "hidden" });
  });

  it("groups devices by network, in their natural order, with names, labels and newest values", async () => {
    for (const device of ["solar/board", "mesh/10", "mesh/9"]) hub.publish(device, "BAT", 3.7);
    hub.publish("mesh/9", "GPS", { longitude: 121.5, latitude: 25 });
    hub.keys.set("device.mesh/9", { name: "Buoy", labels: { site: "Pier" } });
    const page = await open("/");
    await loaded(page);
    await textBecomes(page, value("mesh/9", "GPS"), "121.5000, 25.0000");
    await textsBecome(page, ".networks h2", ["mesh 2", "solar 1"]);
    await textsBecome(page, ".device h3", ["Buoy", "mesh/10", "solar/board"]);
    await textBecomes(page, '[data-device="mesh/9"] .below', "mesh/9 · site Pier");
  });

  it("shows values as they come, and devices never seen before", async () => {
    hub.publish("mesh/1", "BAT", 3.7);
    const page = await open("/");
    await textBecomes(page, value("mesh/1", "BAT"), "3.7");
    hub.publish("mesh/1", "BAT", 3.65);
    await textBecomes(page, value("mesh/1", "BAT"), "3.65");
    hub.publish("mesh/1", "BAT", 3.6);
    await textBecomes(page, value("mesh/1", "BAT"), "3.60");
    hub.keys.set("device.mesh/2", { name: "Newcomer" });
    hub.publish("mesh/2", "BAT", 1);
    await textBecomes(page, '[data-device="mesh/2"] h3', "Newcomer");
  });

  it("lets a silent device go stale and disconnected, says so once, and takes it back", async () => {
    const [start, silence] = [Date.now(), 36_000];
    hub.dated = false;
    hub.publish("mesh/1", "BAT", 1, start);
    hub.keys.set("presence.mesh/1", { firstSeen: 0, staleAfterMs: 30_000, disconnectedAfterMs: 35_000 });
    const page = await openAt("", start);
    await textBecomes(page, status("mesh/1"), "active");
    await textBecomes(page, "[role=status]", "");
    await page.clock.fastForward(31_000);
    await textBecomes(page, status("mesh/1"), "stale");
    await textBecomes(page, "[role=status]", /mesh\/1 is stale$/);
    await page.clock.fastForward(silence - 31_000);
    await textBecomes(page, status("mesh/1"), "disconnected");
    hub.publish("mesh/1", "BAT", 2, Date.now() + silence);
    await textBecomes(page, status("mesh/1"), "active");
    await textBecomes(page, "[role=status]", /mesh\/1 is active$/);
  });

  it("finds devices by words and by status, and keeps the words in its address", async () => {
    hub.publish("mesh/1", "BAT", 1);
    hub.publish("mesh/2", "TMP", 1, Date.now() - 60_000);
    const page = await open("/");
    await loaded(page);
    const shown = (...devices: string[]) => textsBecome(page, ".device:visible h3", devices);
    await page.locator(".search input").fill("tmp");
    await shown("mesh/2");
    await page.reload();
    await loaded(page);
    await shown("mesh/2");
    await page.locator(".search input").fill("none such");
    await textBecomes(page, ".nothing", "No device matches “none such”.");
    await page.locator(".search input").fill("");
    await page.getByRole("button", { name: "stale 1" }).click();
    await shown("mesh/2");
    await page.getByRole("button", { name: "stale 1" }).click();
    await shown("mesh/1", "mesh/2");
  });

  it("comes back by itself after a restart of the server, and shows what came meanwhile", async () => {
    hub.publish("mesh/1", "BAT", 1);
    const page = await open("/");
    await textBecomes(page, ".connection", "Live");
    await hub.stop();
    await textBecomes(page, ".connection", /^(Reconnecting|Lost since)/);
    hub.publish("mesh/1", "BAT", 2);
    await hub.start();
    await textBecomes(page, value("mesh/1", "BAT"), "2");
    await textBecomes(page, ".connection", "Live");
    should(hub.streams.map((query) => query.get("after"))).containEql("e1-1");
  });

  it("says that readings were missed, until it is dismissed", async () => {
    hub.publish("mesh/1", "BAT", 1);
    const page = await open("/");
    await textBecomes(page, ".connection", "Live");
    await hub.stop();
    hub.epoch = "e2";
    await hub.start();
    await textBecomes(page, ".notice p", /^Some readings were missed/);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await countBecomes(page, ".notice", 0);
  });

  it("removes a device that was forgotten", async () => {
    hub.publish("mesh/1", "BAT", 1);
    hub.publish("mesh/2", "BAT", 1);
    const page = await open("/");
    await textBecomes(page, ".networks h2", "mesh 2");
    await hub.followed("mesh/1/BAT");
    hub.entries.shift();
    hub.send('event: gap\ndata: {"from":"e1-0","to":"e1-1"}\n\n');
    await textBecomes(page, ".networks h2", "mesh 1");
    await countBecomes(page, '[data-device="mesh/1"]', 0);
  });

  it("shows the server's words where it may not read, and tries again when asked", async () => {
    hub.refusal = { status: 403, body: { error: "forbidden", message: "this machine only, until there are tokens" } };
    const page = await open("/");
    await textBecomes(page, ".panel h2", "You may not read this");
    await textBecomes(page, ".panel p", "This machine only, until there are tokens.");
    await textBecomes(page, ".connection", "No access");
    hub.refusal = null;
    hub.publish("mesh/1", "BAT", 1);
    await page.getByRole("button", { name: "Try again" }).click();
    await textBecomes(page, value("mesh/1", "BAT"), "1");
  });

  it("leads to the device's page and back, in the same tab, by keyboard", async () => {
    hub.publish("mesh/1", "BAT", 1);
    const page = await open("/");
    await loaded(page);
    await page.locator('[data-device="mesh/1"] a').waitFor();
    await page.locator('[data-device="mesh/1"] a').focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/gatehouse/d/mesh/1");
    await textBecomes(page, "h1", "mesh/1");
    await page.getByRole("link", { name: "All devices" }).press("Enter");
    await page.waitForURL("**/gatehouse/");
    should(page.context().pages().length).equal(1);
  });

  it("takes a device's connection for its status, and follows it live", async () => {
    hub.publish("site/7", "temperature", 1, Date.now() - 600_000);
    hub.keys.set("link.site/7", { connected: true, since: 1 });
    const page = await open("/");
    await textBecomes(page, status("site/7"), "active");
    await hub.followed("$live/site/7/connected");
    hub.tell("$live/site/7/connected", false);
    await textBecomes(page, status("site/7"), "disconnected");
    await textBecomes(page, "[role=status]", "site/7 is disconnected");
    hub.tell("$live/site/7/connected", true);
    await textBecomes(page, status("site/7"), "active");
  });

  it("puts devices in the order that is chosen, and tells of trouble beside each network's name", async () => {
    hub.publish("mesh/1", "BAT", 1, Date.now() - 5_000);
    hub.publish("mesh/2", "BAT", 1, Date.now() - 60_000);
    hub.publish("mesh/3", "BAT", 1);
    const page = await open("/");
    await textBecomes(page, ".networks .counts", "1 stale");
    await page.locator(".sort select").selectOption("seen");
    await textsBecome(page, ".device h3", ["mesh/3", "mesh/1", "mesh/2"]);
    await page.locator(".sort select").selectOption("status");
    await textsBecome(page, ".device h3", ["mesh/2", "mesh/1", "mesh/3"]);
    await page.reload();
    await textBecomes(page, ".device h3", "mesh/2");
  });

  it("draws five hundred of five thousand devices, finds any, and shows more when asked", async () => {
    for (let number = 0; number < 5_000; number++) hub.publish(`big/${number}`, "v", number);
    const page = await open("/");
    await textBecomes(page, ".networks h2", "big 5000");
    await countBecomes(page, ".device", 500);
    await page.locator(".search input").fill("big/4999");
    await textBecomes(page, ".networks h2", "big 1");
    await textsBecome(page, ".device h3", ["big/4999"]);
    hub.publish("big/4999", "v", -7);
    await textBecomes(page, value("big/4999", "v"), "\u22127");
    await page.locator(".search input").fill("");
    await page.getByRole("button", { name: "Show more of 5000 devices" }).click();
    await countBecomes(page, ".device", 1000);
  });
});

/** A device's default page in Chromium, against a scripted hub. */
import type { Page } from "playwright-core";
import should from "should";
import { eventually } from "../support/eventually.ts";
import { countBecomes, loaded, textBecomes, textsBecome } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const card = (type: string) => `.card[data-type="${type}"]`;
const field = (type: string, name: string) => `${card(type)} tr:has(th:text-is("${name}"))`;
const bytes = (...all: number[]) => ({ base64: Buffer.from(all).toString("base64") });
/** The sparkline's path visits so many points. */
const pointsBecome = (page: Page, selector: string, expected: number) =>
  eventually(async () => {
    const path = await page.locator(`${selector} .spark-line`).first().getAttribute("d");
    should((path ?? "").split(/[ML]/)).have.length(expected + 1);
  });

describePages("a device's page", ({ hub, open, openAt }) => {
  async function show(device = "mesh/5"): Promise<Page> {
    const page = await open(`/d/${device}`);
    await loaded(page);
    return page;
  }

  it("says that its device has fallen silent", async () => {
    const start = Date.now();
    hub.dated = false;
    hub.keys.set("presence.mesh/5", { firstSeen: 0, staleAfterMs: 30_000, disconnectedAfterMs: 35_000 });
    hub.publish("mesh/5", "BAT", 3.7, start);
    const page = await openAt("/d/mesh/5", start);
    await textBecomes(page, ".title .status", "active");
    await page.clock.fastForward(36_000);
    await textBecomes(page, ".title .status", "disconnected");
    await textBecomes(page, "[role=status]", /mesh\/5 is disconnected$/);
  });

  it("says that its device was forgotten, keeps what it said, and takes it back", async () => {
    hub.publish("mesh/5", "BAT", 3.7);
    const page = await show();
    await textBecomes(page, ".title .status", "active");
    await hub.followed("mesh/5/BAT");
    hub.entries.splice(0);
    hub.send('event: gap\ndata: {"from":"e1-0","to":"e1-1"}\n\n');
    await textBecomes(page, ".gone:not([hidden])", /^This device was forgotten/);
    await textBecomes(page, ".title .status", "disconnected");
    await textBecomes(page, "[role=status]", "mesh/5 was forgotten");
    await textBecomes(page, `${card("BAT")} [part=value]`, "3.7");
    hub.publish("mesh/5", "BAT", 3.5);
    await page.locator(".gone").waitFor({ state: "hidden" });
    await textBecomes(page, ".title .status", "active");
  });

  it("says who the device is", async () => {
    hub.publish("mesh/5", "BAT", 1);
    hub.keys.set("device.mesh/5", { name: "Buoy", uuid: "6f1c", labels: { site: "Pier" } });
    const page = await show();
    await textBecomes(page, "h1", "Buoy");
    await textBecomes(page, ".title .status", "active");
    await eventually(async () => should(await page.title()).equal("Buoy · Gatehouse"));
    await textsBecome(page, ".facts dt", ["Last seen", "Network", "Address", "First seen", "UUID", "site"]);
    await textBecomes(page, ".facts dd >> nth=-2", "6f1c");
    await textBecomes(page, ".facts dd >> nth=-1", "Pier");
  });

  it("draws a number large, with its history, then live, none twice", async () => {
    for (const value of [3.5, 3.75, 3.6]) hub.publish("mesh/5", "BAT", value);
    const page = await show();
    await textBecomes(page, `${card("BAT")} [part=value]`, "3.60");
    await pointsBecome(page, card("BAT"), 3);
    hub.publish("mesh/5", "BAT", 4);
    await textBecomes(page, `${card("BAT")} [part=value]`, "4.00");
    await textBecomes(page, `${card("BAT")} [part=note]`, /^3\.50 to 4\.00/);
    await pointsBecome(page, card("BAT"), 4);
  });

  it("lists an object's fields, those that are numbers with a sparkline", async () => {
    for (const inside of [1, 2]) hub.publish("mesh/5", "ENV", { temperature: 21.5, state: "ok", inner: { inside } });
    const page = await show();
    await textBecomes(page, `${field("ENV", "temperature")} [part=field]`, "21.5");
    await textBecomes(page, `${field("ENV", "state")} [part=field]`, "ok");
    await textBecomes(page, `${field("ENV", "inner.inside")} [part=field]`, "2");
    await pointsBecome(page, field("ENV", "inner.inside"), 2);
    await page.locator(`${field("ENV", "state")} .spark`).waitFor({ state: "hidden" });
    hub.publish("mesh/5", "ENV", { state: "low" });
    await textBecomes(page, `${field("ENV", "state")} [part=field]`, "low");
    await textsBecome(page, `${card("ENV")} th`, ["state"]);
  });

  it("takes an object of one number for a number with a name", async () => {
    for (const voltage of [4.07, 4.1]) hub.publish("mesh/5", "BAT", { voltage });
    const page = await show();
    await textBecomes(page, `${card("BAT")} [part=value]`, "4.10");
    await textBecomes(page, `${card("BAT")} h2`, "BATvoltage");
    await pointsBecome(page, card("BAT"), 2);
    hub.publish("mesh/5", "BAT", { voltage: 4.1, state: "ok" });
    await textBecomes(page, `${field("BAT", "state")} [part=field]`, "ok");
  });

  it("draws positions as a track, with the coordinates beside it", async () => {
    hub.publish("mesh/5", "GPS", { longitude: 121.5, latitude: 25.0123 });
    const page = await show();
    await textBecomes(page, `${card("GPS")} [part=place]`, "121.5000, 25.0123");
    const here = () => page.locator(".track-here").getAttribute("d");
    const before = await here();
    hub.publish("mesh/5", "GPS", { longitude: 121.51, latitude: 25.02 });
    await textBecomes(page, `${card("GPS")} [part=place]`, "121.5100, 25.0200");
    await eventually(async () => should(await here()).not.equal(before));
    await textBecomes(page, ".track-scale", /^grid \d+ k?m$/);
    hub.publish("mesh/5", "GPS", { longitude: 121.51, latitude: 25.02, speed: 4 });
    await textBecomes(page, `${field("GPS", "speed")} [part=field]`, "4");
    await textBecomes(page, `${field("GPS", "latitude")} [part=field]`, "25.0200");
  });

  it("keeps the last lines of text, and takes bytes among them for lines", async () => {
    for (let line = 1; line <= 12; line++) hub.publish("mesh/5", "message", `line ${line}`);
    const page = await show();
    await textBecomes(page, "gh-log li:last-child [part=text]", "line 12");
    const lines = Array.from({ length: 12 }, (_, line) => `line ${line + 1}`);
    await textsBecome(page, "gh-log [part=text]", lines);
    hub.publish("mesh/5", "message", bytes(1, 255));
    await textBecomes(page, "gh-log li:last-child [part=text]", "01 ff");
  });

  it("shows bytes in hex, and truth as it is", async () => {
    hub.publish("mesh/5", "RAW", bytes(0x48, 0x69, 0));
    hub.publish("mesh/5", "door", true);
    const page = await show();
    await textBecomes(page, `${card("RAW")} tbody tr`, "000048 69 00Hi·");
    await textBecomes(page, `${card("RAW")} [part=note]`, "3 bytes");
    await textBecomes(page, `${card("door")} [part=value]`, "true");
  });

  it("shows the beginning of ten megabytes, no number for NaN, and goes on behind both", async () => {
    hub.publish("mesh/5", "A", "x".repeat(10_000_000));
    hub.publish("mesh/5", "N", Number.NaN);
    const page = await show();
    const text = page.locator(`${card("A")} [part=text]`);
    await text.waitFor();
    should((await text.textContent())!.length).be.within(20, 2000);
    await textBecomes(page, `${card("N")} [part=value]`, "–");
    hub.publish("mesh/5", "A", "y".repeat(10_000_000));
    hub.publish("mesh/5", "N", 5);
    await textBecomes(page, `${card("N")} [part=value]`, "5");
    await textBecomes(page, ".connection", "Live");
  });

  it("adds a card for a type it has never seen, in its place", async () => {
    hub.publish("mesh/5", "A", 1);
    hub.publish("mesh/5", "C", 1);
    const page = await show();
    await textBecomes(page, `${card("C")} [part=value]`, "1");
    hub.publish("mesh/5", "B", 7);
    await textBecomes(page, `${card("B")} [part=value]`, "7");
    await textsBecome(page, ".card h2", ["A", "B", "C"]);
    hub.publish("mesh/6", "D", 7);
    hub.publish("mesh/5", "B", "text now");
    await textBecomes(page, `${card("B")} li:last-child [part=text]`, "text now");
    should(await page.locator(card("D")).count()).equal(0);
  });

  it("waits for a device that was never seen", async () => {
    const page = await show("mesh/77");
    await textBecomes(page, ".empty h2", "Nothing from this device yet");
    await textBecomes(page, ".connection", "Live");
    hub.publish("mesh/77", "BAT", 5);
    await textBecomes(page, `${card("BAT")} [part=value]`, "5");
    await page.locator(".empty").waitFor({ state: "hidden" });
  });

  it("resumes after a restart of the server without doubling a line", async () => {
    hub.publish("mesh/5", "message", "one");
    const page = await show();
    await textBecomes(page, ".connection", "Live");
    await hub.stop();
    hub.publish("mesh/5", "message", "two");
    await hub.start();
    await textBecomes(page, "gh-log li:last-child [part=text]", "two");
    hub.publish("mesh/5", "message", "three");
    await textBecomes(page, "gh-log li:last-child [part=text]", "three");
    await textsBecome(page, "gh-log [part=text]", ["one", "two", "three"]);
  });

  it("shows the server's words where it may not read", async () => {
    hub.refusal = { status: 403, body: { error: "forbidden", message: "not you" } };
    await textBecomes(await open("/d/mesh/5"), ".panel p", "Not you.");
  });

  it("opens a chart of a number with its whole history, where it is asked for, and closes it", async () => {
    for (const value of [3.5, 3.75, 3.6]) hub.publish("mesh/5", "BAT", value);
    const page = await show();
    await page.getByRole("button", { name: "Chart of BAT" }).click();
    await textBecomes(page, "gh-chart [part=legend] b", "3.6");
    hub.publish("mesh/5", "BAT", 4);
    await textBecomes(page, "gh-chart [part=legend] b", "4");
    await textBecomes(page, `${card("BAT")} [part=value]`, "4.00");
    // A stream gives way to the one with more topics.
    await eventually(() => should(hub.open.size).equal(1));
    await page.getByRole("button", { name: "Chart of BAT" }).click();
    await countBecomes(page, "gh-chart", 0);
  });

  it("shows lists as tables, and that a connection has ended", async () => {
    hub.publish("site/7", "ranges", [1.5, 2.5]);
    hub.keys.set("link.site/7", { connected: true, since: 1 });
    const page = await show("site/7");
    await textBecomes(page, `${card("ranges")} tbody tr:nth-child(2) td`, "2.5");
    await hub.followed("$live/site/7/connected");
    hub.tell("$live/site/7/connected", false);
    await textBecomes(page, ".title .status", "disconnected");
  });
});

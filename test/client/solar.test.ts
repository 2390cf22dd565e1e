/** The page of the solar and weather controller in Chromium, against a scripted hub. */
import { readFileSync } from "node:fs";
import type { BrowserContextOptions, Page } from "playwright-core";
import should from "should";
import { compileSchema } from "../../lib/records/compile.ts";
import type { RecordSchema } from "../../lib/records/schema.ts";
import { eventually } from "../support/eventually.ts";
import { PAYLOADS } from "../support/payloads.ts";
import { violations } from "./axe.ts";
import { countBecomes, textBecomes } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const SILENT_MS = 31_000;
const BOARD = "solar/board";
/** What stands in the component of a name. */
const at = (name: string) => `#${name} [part=value]`;
const RELAYED = "solar-relay/board";

/** The types of all readings that the shipped schemas make. */
function types(): string[] {
  const schemas = JSON.parse(readFileSync("resources/solar-controller.json", "utf8")) as RecordSchema[];
  const compiled = schemas.map((schema) => compileSchema(schema, { header: "Header", prepare: () => async () => 0 }));
  return [...new Set(compiled.flatMap(({ columns }) => columns.map(({ type }) => type)))];
}

describePages("the solar page", ({ hub, open, openAt }) => {
  async function show(path = "/v/solar", options: BrowserContextOptions = {}): Promise<Page> {
    const page = await open(path, options);
    await textBecomes(page, ".connection", "Live");
    return page;
  }

  it("puts each element's data into the place of its name", async () => {
    hub.publish(BOARD, "Speed", 2);
    hub.publish(BOARD, "Temp_16", -3.25);
    const page = await show("/v/solar", { reducedMotion: "reduce" });
    await textBecomes(page, at("Speed"), "2.0\u2009m/s");
    await textBecomes(page, at("Temp_16"), "\u22123.25");
    hub.publish(BOARD, "Speed", 4.5);
    hub.publish(BOARD, "Direction", "NNW");
    await textBecomes(page, at("Speed"), "4.5\u2009m/s");
    await textBecomes(page, at("Direction"), "NNW");
    const turned = () => page.locator(".needle").evaluate((needle) => getComputedStyle(needle).rotate);
    await eventually(async () => should(await turned()).equal("337.5deg"));
  });

  it("has a place for every element of the shipped schemas", async () => {
    const page = await show();
    for (const type of types()) await countBecomes(page, `[id="${type}"].live`, 1);
  });

  it("colours a word by what it says", async () => {
    hub.publish(BOARD, "Speed", 1);
    const page = await show();
    const colours = new Set<string>();
    for (const word of ["OK", "Gusts", "Sensor fault", "Off"]) {
      hub.publish(BOARD, "Status", word);
      await textBecomes(page, at("Status"), word);
      colours.add(await page.locator(at("Status")).evaluate((place) => getComputedStyle(place).color));
    }
    should(colours.size).equal(4);
  });

  it("shows what is wrong, until it is not", async () => {
    hub.publish(BOARD, "Speed", 1);
    const page = await show();
    await hub.followed(`${BOARD}/Error_Message`);
    hub.tell(`${BOARD}/Error_Message`, "The controller board sends nothing");
    await textBecomes(page, ".trouble #Error_Message", "The controller board sends nothing");
    await page.locator("#Error_Message").waitFor({ state: "visible" });
    hub.tell(`${BOARD}/Error_Message`, "");
    await page.locator("#Error_Message").waitFor({ state: "hidden" });
  });

  it("says since when no record has come, whatever statistics say meanwhile", async () => {
    hub.publish(BOARD, "Header", "WINDSTAT");
    const page = await openAt("/v/solar");
    await textBecomes(page, at("Header"), "WINDSTAT");
    hub.publish(BOARD, "Header", "STATISTICS");
    hub.publish(BOARD, "Records_Skipped", 5);
    await textBecomes(page, at("Records_Skipped"), "5");
    await page.clock.fastForward(SILENT_MS);
    await textBecomes(page, "#silence", /^No record has come since \d/);
    hub.publish(BOARD, "Records_Skipped", 6);
    await textBecomes(page, at("Records_Skipped"), "6");
    await page.clock.fastForward(1000);
    await textBecomes(page, "#silence", /^No record/);
    hub.publish(BOARD, "Header", "WINDSTAT");
    await textBecomes(page, at("Header"), "WINDSTAT");
    await page.clock.fastForward(1000);
    await textBecomes(page, "#silence", "");
  });

  it("takes a relay's elements, which have no place in the store, for records too", async () => {
    const page = await openAt("/v/solar");
    await textBecomes(page, ".connection", "Live");
    await textBecomes(page, "#device", RELAYED);
    await hub.followed(`${RELAYED}/Error_Message`);
    hub.tell(`${RELAYED}/Error_Message`, "The server cannot be reached");
    await textBecomes(page, "#Error_Message", "The server cannot be reached");
    await page.clock.fastForward(1000);
    await page.locator("#waiting").waitFor();
    for (const speed of [1, 2]) {
      await page.clock.fastForward(SILENT_MS - 5000);
      hub.tell(`${RELAYED}/Header`, "WINDSTAT");
      hub.tell(`${RELAYED}/Speed`, speed);
      await textBecomes(page, at("Speed"), `${speed}.0\u2009m/s`);
      await page.clock.fastForward(1000);
      await textBecomes(page, "#silence", "");
    }
    await page.clock.fastForward(SILENT_MS);
    await textBecomes(page, "#silence", /^No record has come since \d/);
    hub.tell(`${RELAYED}/Error_Message`, "The server cannot be reached");
    await textBecomes(page, "#Error_Message", "The server cannot be reached");
    await page.clock.fastForward(1000);
    await textBecomes(page, "#silence", /^No record/);
  });

  it("names itself, so that a relay may hold a lease for it alone", async () => {
    await (await show()).close();
    await show();
    const names = hub.streams.map((query) => query.get("browser"));
    should(new Set(names).size).equal(2);
    for (const name of names) should(name).match(/^[0-9a-f]{32}$/);
  });

  it("shows the relay's board where this process has none, or the one that the address names", async () => {
    /** Its components may come one by one, and the last stream is for all of them. */
    const follows = (topic: string) => eventually(() => should(hub.topicsOf(hub.streams.at(-1)!)).deepEqual([topic]));
    const relayed = await show();
    await textBecomes(relayed, "#device", RELAYED);
    await follows(`${RELAYED}/#`);
    await relayed.close();
    hub.publish(BOARD, "Speed", 2);
    const own = await show();
    await textBecomes(own, "#device", BOARD);
    await follows(`${BOARD}/#`);
    await own.close();
    const page = await show("/v/solar/solar/roof");
    await hub.followed("solar/roof/Speed");
    hub.tell("solar/roof/Speed", 9);
    await textBecomes(page, at("Speed"), "9.0\u2009m/s");
    await follows("solar/roof/#");
  });

  it("comes back by itself", async () => {
    hub.publish(BOARD, "Speed", 1);
    const page = await show();
    await hub.stop();
    await textBecomes(page, ".connection", "Reconnecting");
    await hub.start();
    await textBecomes(page, ".connection", "Live");
    hub.publish(BOARD, "Speed", 7);
    await textBecomes(page, at("Speed"), "7.0\u2009m/s");
  });

  it("takes what a board says as text, and no element's name for a part of the page", async () => {
    hub.publish(BOARD, "Speed", 1);
    const page = await show();
    for (const payload of PAYLOADS.slice(0, 40)) hub.publish(BOARD, "Message", payload);
    for (const name of ["device", "sensors", "silence", "wind-title"]) hub.publish(BOARD, name, "taken");
    hub.publish(BOARD, "Speed", 2);
    await textBecomes(page, at("Speed"), "2.0\u2009m/s");
    await textBecomes(page, "#Message li:last-child [part=text]", PAYLOADS[39]!);
    should(await page.locator("main :is(script, img, iframe, object, form)").count()).equal(0);
    should(await page.locator("#device").textContent()).equal(BOARD);
    await countBecomes(page, "#sensors tr", 16);
  });

  it("gives axe nothing to find, light and dark", async () => {
    for (const word of ["OK", "Gusts", "Storm"]) hub.publish(BOARD, "Status", word);
    hub.publish(BOARD, "Dish_Mode", "Tracking");
    hub.publish(BOARD, "Collector_Pump", "Manual");
    const page = await show();
    await hub.followed(`${BOARD}/Error_Message`);
    hub.tell(`${BOARD}/Error_Message`, "down");
    await textBecomes(page, "#Error_Message", "down");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      should(await violations(page)).deepEqual([], colorScheme);
    }
  });

  it("is not wider than any screen", async () => {
    hub.publish(BOARD, "Message", "a-very-long-word-".repeat(30));
    hub.publish(BOARD, "Sensor_1", "0000-28FF-0000-0000");
    const page = await show();
    await textBecomes(page, at("Sensor_1"), /28FF/);
    const widthOfAll = () => page.evaluate(() => document.documentElement.scrollWidth);
    for (const width of [320, 768, 1280, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      await eventually(async () => should(await widthOfAll()).equal(width));
    }
  });
});

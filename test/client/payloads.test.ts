/** Whatever a device calls itself and says is text: nothing of it becomes markup, a link or code. */
import type { Browser, Page } from "playwright-core";
import should from "should";
import { chromiumMissing, launchChromium } from "../support/chromium.ts";
import { describeWith } from "../support/needs.ts";
import { loaded, openPage, textBecomes, watch } from "./browser.ts";
import { MockHub } from "./mock-hub.ts";
import { PAYLOADS } from "./payloads.ts";

/** Hundreds of cards, on a machine that has other work too. */
const SLOW_MS = 40_000;
/** What our own pages never have within the part that shows devices. */
const FOREIGN =
  "script, img, image, iframe, object, embed, video, audio, details, select, marquee, base, meta, link, style, form, template, math, body, animate";
const shown = (selector: string) => `${selector}:visible`;

describeWith("script payloads", chromiumMissing(), () => {
  let browser: Browser;
  let hub: MockHub;

  before(async () => {
    browser = await launchChromium();
  });

  after(() => browser.close());

  beforeEach(async () => {
    hub = new MockHub();
    await hub.start();
  });

  afterEach(() => hub.stop());

  /** Opens a page that counts calls of `fired`, hands it to `look`, then checks that nothing came of the payloads. */
  async function inspect(path: string, look: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext();
    await context.addInitScript(() => {
      let calls = 0;
      Object.assign(window, { fired: () => calls++, calls: () => calls });
    });
    const watched = await context.newPage();
    const faults = watch(watched);
    await watched.goto(hub.url + path);
    await loaded(watched);
    await look(watched);
    should(await watched.evaluate("calls()")).equal(0);
    should(await watched.locator(`main :is(${FOREIGN}):not(#sort, [part=image])`).count()).equal(0);
    const hosts = await watched
      .locator("a")
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).host));
    should([...new Set(hosts)]).deepEqual([new URL(hub.url).host]);
    should(faults).deepEqual([]);
    await context.close();
  }

  it("stay text in names, addresses, networks, labels, types and values of the list", async () => {
    PAYLOADS.forEach((payload, index) => {
      const type = payload.replaceAll("/", "∕");
      hub.publish(`attack/${index}`, type, payload);
      hub.publish(`attack/${index}`, "object", { [payload]: payload });
      hub.publish(`${type}/${type}`, "v", [payload]);
      hub.keys.set(`device.attack/${index}`, { name: payload, uuid: payload, labels: { [payload]: payload } });
    });
    await inspect("/", async (page) => {
      await page.waitForFunction((count) => document.querySelectorAll(".device").length === count, PAYLOADS.length * 2);
      const names = await page.locator('[data-device^="attack/"] h3').allTextContents();
      should(names).deepEqual([...PAYLOADS]);
      hub.publish("attack/0", "late", PAYLOADS[0]);
      await page.locator("#search").fill(PAYLOADS[0]!);
      await page.locator(shown(".device")).first().hover();
    });
  }).timeout(SLOW_MS);

  it("stay text in every card of a device's page, in history and live", async () => {
    hub.keys.set("device.attack/1", {
      name: PAYLOADS[0],
      uuid: PAYLOADS[16],
      labels: { [PAYLOADS[17]!]: PAYLOADS[18] },
    });
    const say = (round: string) => {
      PAYLOADS.forEach((payload, index) => {
        hub.publish("attack/1", payload.replaceAll("/", "∕"), payload);
        hub.publish("attack/1", `text${index}`, `${round}${payload}`);
        hub.publish("attack/1", `object${index}`, { [payload]: payload, inner: { [payload]: [payload] } });
        hub.publish("attack/1", `bytes${index}`, { base64: Buffer.from(payload).toString("base64") });
        hub.publish("attack/1", `faked${index}`, { base64: payload });
      });
    };
    say("");
    await inspect("/d/attack/1", async (page) => {
      await page.waitForFunction(() => document.querySelectorAll(".card").length === 256);
      await textBecomes(page, "h1", PAYLOADS[0]!);
      await textBecomes(page, ".connection", "Live");
      say("again ");
      await textBecomes(page, '[data-type="text9"] .log li:last-child span:last-child', `again ${PAYLOADS[9]}`);
    });
  }).timeout(SLOW_MS);

  it("stay text where a device's address is one, and in the server's fault", async () => {
    for (const payload of [PAYLOADS[0]!, PAYLOADS[16]!, PAYLOADS[48]!]) {
      const device = `attack/${payload.replaceAll("/", "∕")}`;
      hub.publish(device, "v", 1);
      await inspect(`/d/attack/${encodeURIComponent(device.slice(7))}`, (page) => textBecomes(page, "h1", device));
    }
    hub.refusal = { status: 403, body: { error: "forbidden", message: PAYLOADS[16] } };
    const { page, faults } = await openPage(browser, `${hub.url}/`);
    await textBecomes(page, ".panel p", `${PAYLOADS[16]}.`);
    should(await page.locator("main img").count()).equal(0);
    should(faults).deepEqual([]);
    await page.close();
  }).timeout(SLOW_MS);

  it("stay text on the monitoring page: nodes, traffic, robots, drops and browsers", async () => {
    const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
    PAYLOADS.forEach((payload, index) => {
      hub.publish(`mesh/${index}`, "v", 1);
      hub.keys.set(`device.mesh/${index}`, { name: payload });
    });
    hub.metrics = PAYLOADS.map(
      (payload) => `gatehouse_dropped_total{where="${escaped(payload)}",reason="${escaped(payload)}"} 1`,
    ).join("\n");
    hub.browsers = PAYLOADS.map((view) => ({ via: "events", address: view, since: 0, view, topics: [], dropped: 0 }));
    await inspect("/v/mesh", async (page) => {
      await textBecomes(page, ".connection", "Live");
      const tell = (frame: object) => hub.tell("$live/mesh/monitor", JSON.stringify(frame));
      for (const message of PAYLOADS) tell({ type: "trafficLog", message });
      const robots = PAYLOADS.slice(0, 60).map((name) => ({ name, [name]: name }));
      tell({ type: "networkStatus", status: "robotStatus", robots });
      await textBecomes(page, ".traffic li:last-child .words", PAYLOADS.at(-1)!);
      await textBecomes(page, ".robot h3", PAYLOADS[0]!);
      await page.waitForFunction((count) => document.querySelectorAll(".node").length === count, PAYLOADS.length);
      should(await page.locator(".node h3").allTextContents()).deepEqual([...PAYLOADS]);
      should(await page.locator(".drops tbody tr").count()).equal(PAYLOADS.length);
      should(await page.locator("#browsers tbody tr").count()).equal(PAYLOADS.length);
    });
  }).timeout(SLOW_MS);

  it("stay text in every component, in labels, types, values, and what a command came to", async () => {
    const tags = ["value", "gauge", "status", "chart", "table", "log", "image", "track", "switch", "slider"];
    hub.views.set(
      "test",
      `<div id="all"></div><gh-button command="x"></gh-button><gh-log type="attack/+/+" id="last"></gh-log>`,
    );
    hub.scripts.set(
      "test",
      `for (const tag of ${JSON.stringify(tags)}) {
        const element = document.createElement("gh-" + tag);
        element.setAttribute("type", "attack/1/a attack/1/b");
        element.setAttribute("unit", ${JSON.stringify(PAYLOADS[16])});
        element.setAttribute("label", ${JSON.stringify(PAYLOADS[0])});
        document.getElementById("all").append(element);
      }`,
    );
    await inspect("/v/test/attack/1", async (page) => {
      await textBecomes(page, ".connection", "Live");
      for (const payload of PAYLOADS) {
        hub.publish("attack/1", "a", payload);
        hub.publish("attack/1", "b", { [payload]: payload });
        hub.publish("attack/1", "c", [[payload], { [payload]: payload }]);
        hub.publish(`attack/${payload.replaceAll("/", "∕")}`, payload.replaceAll("/", "∕"), payload);
      }
      await textBecomes(page, "gh-value [part=label]", PAYLOADS[0]!);
      await textBecomes(page, "#last li:last-child [part=text]", PAYLOADS.at(-1)!);
      await page.locator("gh-button button").click();
      const outcome = { id: "c-1", state: "failed", detail: PAYLOADS[0] };
      await textBecomes(page, "gh-button [part=outcome]", "Sending");
      hub.send(`event: outcome\ndata: ${JSON.stringify(outcome)}\n\n`);
      await textBecomes(page, "gh-button [part=outcome]", `Failed: ${PAYLOADS[0]}`);
    });
  }).timeout(SLOW_MS);

  it("are enough, and each of another kind", () => {
    should(PAYLOADS.length).be.aboveOrEqual(60);
    should(new Set(PAYLOADS).size).equal(PAYLOADS.length);
  });
});

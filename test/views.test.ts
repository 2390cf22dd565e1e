/** The example of views as a user has it: imported into Node-RED, looked at and used in Chromium. */
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import should from "should";
import { type FlowNode, readFlows } from "../scripts/flows.ts";
import { violations } from "./client/axe.ts";
import { type OpenPage, openPage, textBecomes } from "./client/browser.ts";
import { chromiumMissing } from "./support/chromium.ts";
import { arm } from "./support/fired.ts";
import { withFreePorts } from "./support/free-ports.ts";
import { describeWith } from "./support/needs.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";
import { PAYLOADS } from "./support/payloads.ts";
import { sharedChromium } from "./support/shared-chromium.ts";

const EXAMPLE = join(import.meta.dirname, "../examples/07 Views.json");
const DEVICE = "site/weather-1";
const NUMBER = /^[−\d.]+\u2009(°C|%)$/;
/** What the flow tells the view when this path is asked for. */
const TELL = [
  { id: "tell-in", type: "http in", x: 0, y: 0, url: "/tell", method: "post", wires: [["tell-ok", "dwea-view"]] },
  { id: "tell-ok", type: "http response", x: 0, y: 0, wires: [] },
  // A reading that a device might send: {"device","type","value"}.
  { id: "hear-in", type: "http in", x: 0, y: 0, url: "/hear", method: "post", wires: [["tell-ok", "hear-names"]] },
  {
    ...{ id: "hear-names", type: "change", x: 0, y: 0, wires: [["relay-commands"]] },
    rules: ["device", "type", "value"].map((name) => ({
      ...{ t: "set", p: name === "value" ? "payload" : name, pt: "msg", to: `payload.${name}`, tot: "msg" },
    })),
  },
].map((node) => ({ ...node, z: "dashboard-weather" }));

describeWith("views", chromiumMissing(), () => {
  let browser: Browser;
  let red: NodeRed;
  let flow: FlowNode[];
  const opened: OpenPage[] = [];

  before(async () => {
    browser = await sharedChromium();
    flow = [...(await withFreePorts(readFlows(EXAMPLE))), ...TELL] as FlowNode[];
    red = await startNodeRed({ flow });
  });

  after(async () => {
    await red.stop();
  });

  afterEach(async () => {
    for (const { page } of opened) await page.close();
    should(opened.splice(0).flatMap(({ faults }) => faults)).deepEqual([]);
  });

  async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const one = await openPage(browser, `${red.origin}/gatehouse${path}`, options);
    opened.push(one);
    return one.page;
  }

  const openWeather = () => open(`/v/weather/${DEVICE}`);
  const value = (type: string) => `[type="${type}"] [part="value"]`;

  async function post(path: string, data: unknown): Promise<void> {
    const headers = { "content-type": "application/json" };
    await fetch(red.origin + path, { method: "POST", headers, body: JSON.stringify(data) });
  }

  const tell = (data: unknown) => post("/tell", data);

  /** Keeps the states of the button's commands, from now on. */
  async function watchStates(page: Page): Promise<() => Promise<string[]>> {
    await page.locator("gh-button").evaluate((button) => {
      const states: string[] = [];
      Object.assign(globalThis, { states });
      new MutationObserver(() => states.push(button.getAttribute("command-state")!)).observe(button, {
        attributeFilter: ["command-state"],
      });
    });
    return async () => (await page.evaluate("[...new Set(states)]")) as string[];
  }

  it("show a simulated station live", async () => {
    const page = await openWeather();
    should(await page.title()).equal(`Weather station ${DEVICE} · Gatehouse`);
    for (const type of ["temperature", "humidity", "highest", "lowest"]) await textBecomes(page, value(type), NUMBER);
    const first = await page.locator(value("temperature")).first().textContent();
    await page.waitForFunction((before) => {
      const place = document.querySelector("gh-gauge")?.shadowRoot?.querySelector('[part="value"]');
      return place?.textContent !== before;
    }, first);
  });

  it("send a command to the station, and show that it was sent and delivered", async () => {
    const page = await openWeather();
    await textBecomes(page, value("highest"), NUMBER);
    const states = await watchStates(page);
    await page.locator("gh-button button").click();
    await textBecomes(page, 'gh-button [part="outcome"]', "Delivered");
    should(await states()).deepEqual(["pending", "delivered"]);
  });

  it("say at once that a device is offline", async () => {
    const page = await open("/v/weather/site/nobody");
    await textBecomes(page, 'gh-button [part="control"]', "Reset highest and lowest");
    const began = Date.now();
    await page.locator("gh-button button").click();
    await textBecomes(page, 'gh-button [part="outcome"]', /^Offline/);
    should(Date.now() - began).be.below(15_000);
  });

  it("show what the flow tells them, to who comes later too, and live", async () => {
    await tell({ note: "Snow is coming" });
    const page = await openWeather();
    await textBecomes(page, value("$data"), "Snow is coming");
    await tell({ note: "Snow is here" });
    await textBecomes(page, value("$data"), "Snow is here");
  });

  it("let choose among the devices that there are", async () => {
    const refused: string[] = [];
    const page = await open("/");
    await page.locator(".pages a", { hasText: "Weather station" }).click();
    await page.waitForURL("**/v/weather");
    should(await page.locator(".pages a[aria-current]").textContent()).equal("Weather station");
    page.on("response", (response) => response.status() >= 400 && refused.push(response.url()));
    await page.reload();
    await textBecomes(page, ".connection", "Live");
    should(refused).deepEqual([]);
    await page.locator(`a[href="/gatehouse/v/weather/${DEVICE}"]`).click();
    await textBecomes(page, value("temperature"), NUMBER);
  });

  it("load themselves anew where a deploy changes them, say when they are gone, and come back", async () => {
    const [page, list] = [await openWeather(), await open("/")];
    await textBecomes(page, value("temperature"), NUMBER);
    await list.evaluate("globalThis.isSame = true");
    const withView = (change: object) => flow.map((node) => (node.id === "dwea-view" ? { ...node, ...change } : node));
    await red.deploy(withView({ html: '<h2>Changed</h2><gh-value type="humidity"></gh-value>' }), "nodes");
    await page.locator("main h2", { hasText: "Changed" }).waitFor();
    await textBecomes(page, value("humidity"), /^[\d.]+$/);
    await red.deploy(withView({ name: "elsewhere" }), "nodes");
    await page.locator("h1", { hasText: "No view “weather”" }).waitFor();
    await red.deploy(flow, "nodes");
    await page.locator(value("lowest"), { hasText: "°C" }).waitFor();
    should(await list.evaluate("globalThis.isSame")).be.true();
  }).timeout(90_000);

  it("say that nothing was heard of their device, until it comes", async () => {
    const page = await open("/v/weather/site/new-one");
    await textBecomes(page, ".unheard", /^Nothing was heard of site\/new-one yet/);
    should(await violations(page)).deepEqual([]);
    await tell({ note: "Snow" });
    await textBecomes(page, value("$data"), "Snow");
    should(await page.locator(".unheard").isVisible()).be.true();
    await post("/hear", { device: "site/new-one", type: "temperature", value: 21 });
    await page.locator(".unheard").waitFor({ state: "hidden" });
  });

  it("say that they are not about a device, and lead to those that they show", async () => {
    const page = await open("/v/weather/mesh/1");
    await textBecomes(page, "main p", /^There is no page of mesh\/1 here/);
    should(await violations(page)).deepEqual([]);
    await page.locator(`main a[href="/gatehouse/v/weather/${DEVICE}"]`).click();
    await textBecomes(page, value("temperature"), NUMBER);
  });

  it("please axe, in the light and in the dark, on a phone and a wall", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const viewport of [
        { width: 320, height: 640 },
        { width: 1920, height: 1080 },
      ]) {
        const page = await open(`/v/weather/${DEVICE}`, { colorScheme, viewport });
        await textBecomes(page, value("temperature"), NUMBER);
        should(await violations(page)).deepEqual([]);
        should(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).be.true();
      }
    }
  });

  it("make no markup of titles, and of what the flow tells", async () => {
    const view = flow.find(({ id }) => id === "dwea-view")!;
    const views = PAYLOADS.map((title, index) => ({ ...view, id: `p${index}`, name: `p${index}`, title }));
    const before = red.log().length;
    await red.deploy([...flow, ...views]);
    await red.printed("Started flows", before);
    const { context, page, calls } = await arm(browser);
    await page.goto(`${red.origin}/gatehouse/v/weather/${DEVICE}`);
    await Promise.all(PAYLOADS.slice(0, -1).map((payload) => tell({ note: payload, [payload]: payload })));
    await tell({ note: PAYLOADS.at(-1) });
    await textBecomes(page, value("$data"), PAYLOADS.at(-1)!);
    await page.goto(`${red.origin}/gatehouse/v/gallery`);
    const titles = await titlesOf(page, views.length);
    // A text may not have a NUL in HTML; `${…}` is Node-RED's own for a variable.
    const expected = PAYLOADS.map((payload) => payload.replaceAll("\u0000", "").trim());
    for (const [index, title] of titles.entries()) {
      if (!expected[index]!.startsWith("$")) should(title).equal(expected[index]);
    }
    should(calls).deepEqual([]);
    await context.close();
  }).timeout(120_000);

  /** The heading of each view with a payload, from a frame in which it stands without the client's own script and style. */
  function titlesOf(page: Page, count: number): Promise<string[]> {
    return page.evaluate(
      async ([base, total]) => {
        const shown = Array.from({ length: total }, async (_, index): Promise<string> => {
          const html = await (await fetch(`${base}${index}/site/weather-1`)).text();
          const frame = document.createElement("iframe");
          frame.srcdoc = html.replaceAll('type="module"', 'type="none"').replaceAll(' rel="stylesheet"', "");
          const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
          document.body.append(frame);
          await loaded;
          return frame.contentDocument!.querySelector("h1")!.textContent!.trim();
        });
        return Promise.all(shown);
      },
      ["/gatehouse/v/p", count] as const,
    );
  }
});

/** The README's way to a page of one's own, walked by Chromium as a person walks it: what the README says is what is done. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import should from "should";
import { DEFAULTS } from "../scripts/defaults.ts";
import { joinFlows } from "../scripts/flows.ts";
import { textBecomes } from "./client/browser.ts";
import { chromiumMissing } from "./support/chromium.ts";
import { eventually } from "./support/eventually.ts";
import { freePorts } from "./support/free-ports.ts";
import { describeWith } from "./support/needs.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";
import { sharedChromium } from "./support/shared-chromium.ts";

const ROOT = join(import.meta.dirname, "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const WALK = README.slice(README.indexOf("## A page of your own"), README.indexOf("## Wire your own"));

/** What `npm start` seeds. */
const SHIPPED = joinFlows(join(ROOT, "flows"), ["gateway", "relay", "dashboard", "simulators"]).nodes;

/** The one thing that the README says at a place: a change of its words is a change of the walk. */
function said(pattern: RegExp): string {
  const found = [...WALK.matchAll(new RegExp(pattern, "g"))].map(([, text]) => text!);
  should([pattern.source, found.length]).deepEqual([pattern.source, 1]);
  return found[0]!;
}

describeWith("the README's page of one's own", chromiumMissing(), () => {
  let red: NodeRed;
  let page: Page;

  before(async () => {
    red = await startNodeRed({
      flow: SHIPPED,
      env: { ...DEFAULTS, ...(await freePorts()), GATEHOUSE_BACKEND: "memory" },
    });
    page = await (await sharedChromium()).newPage({
      viewport: { width: 1600, height: 1000 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
  });

  after(async () => {
    await page.close();
    await red.stop();
  });

  /** Out of the palette, to a place that is given in parts of the workspace's width and height. */
  async function dragOut(type: string, right: number, down: number): Promise<Locator> {
    const chart = (await page.locator("#red-ui-workspace-chart").boundingBox())!;
    const nodes = page.locator(".red-ui-flow-node-group");
    const before = await nodes.count();
    await page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`).hover();
    await page.mouse.down();
    await page.mouse.move(chart.x + chart.width * right, chart.y + chart.height * down, { steps: 10 });
    await page.mouse.up();
    const node = nodes.nth(before);
    await node.waitFor();
    return node;
  }

  /** From one port to another. */
  async function wire(from: Locator, to: Locator): Promise<void> {
    await from.hover();
    await page.mouse.down();
    const { x, y, width, height } = (await to.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 10 });
    await page.mouse.up();
  }

  const output = (node: Locator, index: number) =>
    node.locator(".red-ui-flow-port-output .red-ui-flow-port").nth(index);
  const input = (node: Locator) => node.locator(".red-ui-flow-port-input .red-ui-flow-port");

  async function openForm(node: Locator): Promise<void> {
    await node.dblclick();
    await page.locator("#node-dialog-ok").waitFor();
  }

  async function done(): Promise<void> {
    await page.locator("#node-dialog-ok").click();
    await page.locator(".red-ui-tray").waitFor({ state: "detached" });
  }

  async function paste(html: string): Promise<void> {
    await page.locator("#gh-device-view-html .monaco-editor .view-lines").click();
    await page.keyboard.press("Control+A");
    await page.evaluate((text) => navigator.clipboard.writeText(text), html);
    await page.keyboard.press("Control+V");
  }

  it("is a weather station, live, whose button says Delivered", async () => {
    const began = performance.now();
    await page.goto(red.origin);
    await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });

    should(said(/press \*\*(.)\*\* at the tabs/)).equal("+");
    await page.locator(".red-ui-tab-button.red-ui-tabs-add a").click();
    const [view, store] = [await dragOut("gh-device-view", 0.3, 0.3), await dragOut("node-store", 0.6, 0.5)];
    should(said(/the store's \*\*(\w+)\*\* output back/)).equal("second");
    await wire(output(view, 0), input(store));
    await wire(output(store, 1), input(view));

    await openForm(view);
    await page.fill("#node-input-name", said(/\*Name\* is its place in the address: `(\w+)`/));
    should(await page.inputValue("#node-input-device")).equal(said(/\*Device\* stays `(.*?)`/));
    await page.fill("#node-input-networks", said(/\*Networks\* `(\w+)`/));
    const shown = (id: string) => page.locator(`#node-input-${id} option:checked`).textContent();
    should(await shown("hub")).equal(said(/\*Hub\* is \*(\w+)\*/));
    // Indented as a part of its step, and copied without that.
    await paste(said(/```html\n([\s\S]*?) *```/).replace(/^ {3}/gm, ""));
    await done();
    await openForm(store);
    await page.selectOption("#node-input-store", { label: said(/choose \*(\w+)\* at \*Store\*/) });
    await done();

    const before = red.log().length;
    await page.locator("#red-ui-header-button-deploy", { hasText: said(/\d\. \*\*(\w+)\*\*, and open/) }).click();
    await red.printed("Started", before);
    await page.goto(red.origin + said(/\*\*, and open \[`(.*?)`\]/));
    const value = (type: string) => page.locator(`[type="${type}"] [part="value"]`);
    await value("humidity").filter({ hasText: "%" }).waitFor();
    // The deploy was one of all nodes: the station is back when another value comes.
    await value("temperature").filter({ hasText: "°C" }).waitFor();
    const first = await value("temperature").textContent();
    await eventually(async () => should(await value("temperature").textContent()).not.equal(first));
    await page.locator("gh-button button", { hasText: "Reset" }).click();
    await textBecomes(page, "gh-button [part=outcome]", said(/and \*(\w+)\* at the button/));
    console.log(`      walked in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  });
});

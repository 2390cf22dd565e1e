/** The form of a view in the editor: its code is edited in tabs and saved, wrong names are marked, and Open opens it. */
import type { Browser, Page } from "playwright-core";
import should from "should";
import { chromiumMissing } from "../../support/chromium.ts";
import { describeWith } from "../../support/needs.ts";
import { type NodeRed, startNodeRed } from "../../support/node-red.ts";
import { PAYLOADS } from "../../support/payloads.ts";
import { sharedChromium } from "../../support/shared-chromium.ts";

const DEVICE = "site/weather-1";
const CODE = { html: "<p>at first</p>", js: "one();", css: "b {}" };
const FLOW = [
  { id: "tab", type: "tab", label: "Views" },
  { id: "store", type: "gh-store-backend", name: "", kind: "memory" },
  { id: "tokens", type: "gh-token-registry", name: "", store: "store" },
  // Whoever comes without a token is refused, this machine too.
  {
    id: "hub",
    type: "gh-sse-hub",
    name: "",
    path: "/gatehouse",
    store: "store",
    registry: "tokens",
    thisMachine: "never",
  },
  {
    id: "view",
    z: "tab",
    type: "gh-device-view",
    x: 200,
    y: 100,
    hub: "hub",
    name: "weather",
    title: "",
    device: "",
    ...CODE,
    wires: [[]],
  },
];

describeWith("the form of device-view", chromiumMissing(), () => {
  let nodeRed: NodeRed;
  let browser: Browser;
  let page: Page;

  before(async () => {
    [nodeRed, browser] = await Promise.all([startNodeRed({ flow: FLOW }), sharedChromium()]);
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  });

  after(async () => {
    await page.close();
    await nodeRed.stop();
  });

  beforeEach(async () => {
    page.removeAllListeners("dialog");
    page.on("dialog", (dialog) => void dialog.accept());
    await page.goto(nodeRed.origin);
    await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
    await page.locator('[id="view"] .red-ui-flow-node').dblclick();
    await page.waitForSelector("#gh-device-view-html .monaco-editor");
  });

  const tab = (label: string) => page.locator("#gh-device-view-tabs a", { hasText: label });

  async function write(part: string, text: string): Promise<void> {
    await page.locator(`#gh-device-view-${part} .monaco-editor .view-lines`).click();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(text);
  }

  async function deploy(): Promise<Record<string, unknown>> {
    await page.click("#node-dialog-ok");
    const deployed = page.waitForResponse(
      (response) => response.request().method() === "POST" && response.url().endsWith("/flows"),
    );
    await page.click("#red-ui-header-button-deploy");
    await deployed;
    const flows = (await (await fetch(`${nodeRed.origin}/flows`)).json()) as { id: string }[];
    return flows.find(({ id }) => id === "view")! as Record<string, unknown>;
  }

  it("saves the code of each tab, and leaves alone what was not changed", async () => {
    await tab("Script").click();
    await write("js", "two();");
    await tab("Style").click();
    await write("css", "i {}");
    should(await deploy()).containEql({ html: CODE.html, js: "two();", css: "i {}", link: true });
  });

  it("marks a name that is a page of the hub or has other characters, and a device that is none", async () => {
    const isWrong = async (field: string, text: string) => {
      await page.fill(`#node-input-${field}`, text);
      await page.locator(`#node-input-${field}`).dispatchEvent("change");
      return page.locator(`#node-input-${field}`).evaluate((input) => input.classList.contains("input-error"));
    };
    for (const name of ["mesh", "a b", "a.js", "", ...PAYLOADS.slice(0, 5)])
      should([name, await isWrong("name", name)]).deepEqual([name, true]);
    for (const name of ["weather", "Weather-2_b"]) should(await isWrong("name", name)).be.false();
    for (const device of ["weather", "a/b/c"]) should(await isWrong("device", device)).be.true();
    for (const device of ["", "{device}", DEVICE]) should(await isWrong("device", device)).be.false();
    should(await page.isVisible("#node-input-networks")).be.false();
    await page.fill("#node-input-device", "{device}");
    await page.locator("#node-input-device").dispatchEvent("change");
    for (const networks of ["a/b", "site,,<b>", "site farm#"]) should(await isWrong("networks", networks)).be.true();
    for (const networks of ["", "site", "site, farm", "site farm "])
      should(await isWrong("networks", networks)).be.false();
  });

  it("opens the view for a user of the editor, though the hub asks others for a token", async () => {
    should((await fetch(`${nodeRed.origin}/gatehouse/v/weather`)).status).equal(401);
    const opening = page.context().waitForEvent("page");
    await page.click("#gh-device-view-open");
    const opened = await opening;
    await opened.waitForSelector("text=at first");
    should(new URL(opened.url()).pathname).equal("/gatehouse/v/weather");
    should(opened.url()).not.match(/ticket/);
    await opened.close();
  });
});

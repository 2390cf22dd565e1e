/** The table of records in the editor: shipped records are added, a field is changed and one appended, and all of it is saved. */

import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";
import should from "should";
import type { RecordSchema } from "../../../lib/records/schema.ts";
import { chromiumMissing } from "../../support/chromium.ts";
import { describeWith } from "../../support/needs.ts";
import { type NodeRed, startNodeRed } from "../../support/node-red.ts";
import { sharedChromium } from "../../support/shared-chromium.ts";

const SOLAR = JSON.parse(readFileSync("resources/solar-controller.json", "utf8")) as RecordSchema[];
const ODD: RecordSchema = {
  tag: "ODD",
  fields: [
    { kind: "table", name: "A", table: { "1": "one; two", "a=b": "x" }, default: " {code} " },
    { kind: "hex", name: "B", radix: 10, inputs: 2, digits: 2, group: 4, separator: " - " },
    { kind: "expression", name: "C", expression: "$length(A)" },
    { kind: "skip" },
    {
      kind: "group",
      repeat: 2,
      first: 0,
      fields: [{ kind: "number", name: "D_{n}", scale: 0.5, offset: -1, decimals: 2 }],
    },
  ],
};
const FLOW = [
  { id: "tab", type: "tab", label: "Records" },
  {
    id: "split",
    z: "tab",
    type: "json-splitter",
    x: 200,
    y: 100,
    device: "solar/board",
    schemas: [ODD],
    wires: [[], []],
  },
];

describeWith("the form of json-splitter", chromiumMissing(), () => {
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
    await page.goto(nodeRed.origin);
    await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
    await page.locator('[id="split"] .red-ui-flow-node').dblclick();
    await page.waitForSelector("#gh-json-splitter-schemas .gh-tag");
  });

  /** What is deployed after the dialog is closed by Done. */
  async function save(): Promise<RecordSchema[]> {
    await page.click("#node-dialog-ok");
    const deployed = page.waitForResponse(
      (response) => response.request().method() === "POST" && response.url().endsWith("/flows"),
    );
    await page.click("#red-ui-header-button-deploy");
    await deployed;
    const flows = (await (await fetch(`${nodeRed.origin}/flows`)).json()) as { id: string; schemas: RecordSchema[] }[];
    return flows.find(({ id }) => id === "split")!.schemas;
  }

  function record(tag: string): Locator {
    const index = [ODD, ...SOLAR].findIndex((schema) => schema.tag === tag);
    return page.locator("#gh-json-splitter-schemas > li").nth(index);
  }

  /** Where they are there already, they stay as they are. */
  async function addShipped(): Promise<void> {
    await page.click("#gh-json-splitter-shipped");
    await page.waitForFunction((count) => document.querySelectorAll(".gh-tag").length === count, SOLAR.length + 1);
  }

  it("adds the shipped records, and saves every kind of field as it was", async () => {
    await addShipped();
    for (const fold of await page.locator(".gh-fold").all()) await fold.click();
    should(await save()).deepEqual([ODD, ...SOLAR]);
  });

  it("changes a field, and appends one", async () => {
    await addShipped();
    await record("WINDSTAT").locator(".gh-fold").click();
    const fields = record("WINDSTAT").locator(".gh-field-name");
    await fields.first().fill("Wind");
    await record("WINDSTAT").locator(".gh-cell-decimals").first().fill("1");
    await record("WINDSTAT").locator(".red-ui-editableList-addButton").last().click();
    await fields.last().fill("Gusts");
    await record("WINDSTAT").locator(".gh-field-kind").last().selectOption("table");
    await record("WINDSTAT").locator(".gh-cell-table").last().fill("0=none; 1 = some");
    const wind = (await save()).find(({ tag }) => tag === "WINDSTAT")!;
    should(wind.fields[0]).deepEqual({ kind: "number", name: "Wind", unit: "m/s", decimals: 1 });
    should(wind.fields.at(-1)).deepEqual({ kind: "table", name: "Gusts", table: { "0": "none", "1": "some" } });
    should(wind.fields).have.length(4);
  });
});

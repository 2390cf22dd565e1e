/** The editor finds nothing wrong with what ships: who deploys a first change of their own is asked no questions. */
import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import should from "should";
import { type FlowNode, joinFlows, readFlows } from "../scripts/flows.ts";
import { chromiumMissing } from "./support/chromium.ts";
import { freePorts, withFreePorts } from "./support/free-ports.ts";
import { describeWith } from "./support/needs.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";
import { sharedChromium } from "./support/shared-chromium.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const names = globSync("flows/*.json", { cwd: ROOT }).map((file) => basename(file, ".json"));
const examples = globSync("examples/*.json", { cwd: ROOT }).sort();

interface Editor {
  readonly nodes: {
    clear(): void;
    import(flow: readonly object[]): void;
    eachNode(visit: (node: Judged) => void): void;
    eachConfig(visit: (node: Judged) => void): void;
  };
}

interface Judged {
  readonly id: string;
  readonly type: string;
  readonly valid: boolean;
  readonly validationErrors?: unknown;
}

describeWith("the editor", chromiumMissing(), () => {
  let red: NodeRed;
  let browser: Browser;
  let page: Page;

  before(async () => {
    [red, browser] = await Promise.all([startNodeRed({ flow: [], env: await freePorts() }), sharedChromium()]);
    page = await browser.newPage();
    await page.goto(red.origin);
    await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
  });

  after(async () => {
    await page.close();
    await red.stop();
  });

  /** What the editor marks of a flow that it loads in the place of the one before. */
  function invalid(flow: readonly FlowNode[]): Promise<string[]> {
    return page.evaluate((loaded) => {
      const found: string[] = [];
      const judge = ({ id, type, valid, validationErrors }: Judged) => {
        if (valid === false) found.push(`${type} ${id}: ${JSON.stringify(validationErrors)}`);
      };
      const { nodes } = (globalThis as unknown as { RED: Editor }).RED;
      nodes.clear();
      nodes.import(loaded);
      nodes.eachNode(judge);
      nodes.eachConfig(judge);
      return found;
    }, flow);
  }

  it("takes the shipped flows as they are", async () => {
    should(await invalid(joinFlows(join(ROOT, "flows"), names).nodes)).be.empty();
  });

  it("marks what is wrong", async () => {
    const flow = readFlows(join(ROOT, "flows/gateway.json"));
    const wrong = flow.map((node) => (node.type === "gh-session-endpoint" ? { ...node, port: "none" } : node));
    should((await invalid(wrong)).join("\n")).match(/gh-session-endpoint .*port/);
  });

  for (const file of examples) {
    it(`takes ${file} as it is`, async () => {
      should(await invalid(await withFreePorts(readFlows(join(ROOT, file))))).be.empty();
    });
  }
});

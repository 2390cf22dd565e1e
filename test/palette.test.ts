/** The packed package as the palette user has it: installed, imported from the menu, deployed, live. */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import should from "should";
import { readFlows } from "../scripts/flows.ts";
import { chromiumMissing } from "./support/chromium.ts";
import { withFreePorts } from "./support/free-ports.ts";
import { describeWith } from "./support/needs.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";
import { type Installed, installPacked } from "./support/palette.ts";
import { sharedChromium } from "./support/shared-chromium.ts";

const EXAMPLE = "01 Mesh gateway";
/** What a user of the client library writes, types and all. */
const PROGRAM = `import { type ClientState, connect, type NodeMessage } from "@gatehouse/node-red/client";
const onState = ({ name }: ClientState) => console.log(name);
const mesh = connect("tcp://127.0.0.1:9", { generation: 2, onState });
mesh.subscribe("request", (message: NodeMessage) => void message.reply(message.text));
mesh.close();
`;
const EMPTY_FLOW = [{ id: "tab0", type: "tab", label: "Empty" }];
/** The host's own Node where it is version 20, which Node-RED 4 still supports. */
const HOST_NODE = "/usr/bin/node";

function hostNode20(): string | undefined {
  if (!existsSync(HOST_NODE)) return undefined;
  return execFileSync(HOST_NODE, ["--version"], { encoding: "utf8" }).startsWith("v20.") ? HOST_NODE : undefined;
}

async function importExample(page: Page, name: string): Promise<void> {
  await page.click("#red-ui-header-button-sidemenu");
  await page.click("#menu-item-import");
  await page.click("#red-ui-tab-red-ui-clipboard-dialog-import-tab-examples a");
  const tree = page.locator("#red-ui-clipboard-dialog-import-tab-examples .red-ui-treeList-label");
  const label = (text: string) => tree.filter({ hasText: text }).first();
  await label("@gatehouse/node-red").click();
  await label(name).click();
  await page.click("#red-ui-clipboard-dialog-ok");
}

async function openEditor(page: Page, origin: string): Promise<void> {
  await page.goto(origin);
  await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
}

describe("the packed package", function suite() {
  let installed: Installed;

  before(async function pack() {
    this.timeout(120_000);
    installed = installPacked();
    const example = installed.pathOf(`examples/${EXAMPLE}.json`);
    writeFileSync(example, JSON.stringify(await withFreePorts(readFlows(example))));
  });

  after(() => installed.remove());

  it("holds forms, help, icons, examples and the browser client, and no sources", () => {
    for (const file of [
      "dist/nodes/uart-codec.js",
      "dist/nodes/uart-codec.html",
      "dist/nodes/locales/en-US/uart-codec.json",
      "dist/nodes/icons/uart-codec.svg",
      "dist/client/client.js",
      "dist/client/library/node.js",
      "programs/gatehouse_mesh.py",
      "programs/gatehouse_edge/gatehouse_edge.ino",
      `examples/${EXAMPLE}.json`,
    ]) {
      should(installed.files).containEql(file);
    }
    should(installed.files.filter((file) => /\.ts$/.test(file) && !file.endsWith(".d.ts"))).be.empty();
  });

  it("brings the client library, with its types, to programs in Node", () => {
    const program = join(installed.userDir, "program.mts");
    writeFileSync(program, PROGRAM);
    const compiler = join(process.cwd(), "node_modules/typescript/bin/tsc");
    const words = [
      "--strict",
      "--skipLibCheck",
      "false",
      "--module",
      "nodenext",
      "--types",
      "",
      "--outDir",
      installed.userDir,
      program,
    ];
    execFileSync(process.execPath, [compiler, ...words], { cwd: installed.userDir });
    const compiled = join(installed.userDir, "program.mjs");
    for (const node of [process.execPath, hostNode20()].filter((path) => path !== undefined)) {
      should(execFileSync(node, [compiled], { encoding: "utf8" }).trim()).equal("closed");
    }
  });

  for (const version of [5, 4] as const) {
    describe(`on Node-RED ${version}`, () => {
      let nodeRed: NodeRed;

      before(async function start() {
        const node = version === 4 ? hostNode20() : undefined;
        const place = { flow: EMPTY_FLOW, userDir: installed.userDir, installed: true, version };
        nodeRed = await startNodeRed(node ? { ...place, node } : place);
      });

      after(() => nodeRed.stop());

      it("loads every node type without a fault", async () => {
        const response = await fetch(`${nodeRed.origin}/nodes`, { headers: { accept: "application/json" } });
        const sets = (await response.json()) as { module: string; types: string[]; err?: string; enabled: boolean }[];
        const ours = sets.filter(({ module }) => module === "@gatehouse/node-red");
        should(ours.length).be.above(0);
        for (const set of ours) {
          should(set).have.property("enabled", true);
          should(set.err).be.undefined();
          should(set.types).have.length(1);
        }
      });

      describeWith("in the editor", chromiumMissing(), () => {
        let browser: Browser;

        before(async () => {
          browser = await sharedChromium();
        });

        it("imports the example from the menu, deploys, and shows live devices", async function editor() {
          const page = await browser.newPage();
          await openEditor(page, nodeRed.origin);
          await importExample(page, EXAMPLE);
          const before = nodeRed.log().length;
          await page.click("#red-ui-header-button-deploy");
          await nodeRed.printed("Started flows", before);
          const devices = await browser.newPage();
          await devices.goto(`${nodeRed.origin}/gatehouse/`);
          await devices.getByText("mesh/1").first().waitFor();
          await devices.close();
          await page.close();
        });
      });
    });
  }
});

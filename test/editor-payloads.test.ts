/** Whatever a device, a peer or a flow is called, the editor shows as text: labels, statuses, dialogs, sidebars and tables. */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import should from "should";
import { type FlowNode, joinFlows } from "../scripts/flows.ts";
import { chromiumMissing } from "./support/chromium.ts";
import { type Armed, arm } from "./support/fired.ts";
import { describeWith } from "./support/needs.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";
import { PAYLOADS } from "./support/payloads.ts";
import { sharedChromium } from "./support/shared-chromium.ts";

const ROOT = join(import.meta.dirname, "..");
const shipped = joinFlows(join(ROOT, "flows"), ["gateway", "relay", "dashboard", "simulators"]).nodes;
const OWN = /^(gh-.*|uart-codec|udp-handshake|json-splitter|node-store|sse-out|device-token-auth)$/;

/** In each dialog one payload of so many is typed; there are several dialogs for each of them. */
const SHARE = 5;

const isConfig = (node: FlowNode) => node.x === undefined;
/** In a field of a flow, the editor's own search takes these two for properties of its index; devices say them all the same. */
const WRITTEN = PAYLOADS.filter((payload) => !["__proto__", "constructor"].includes(payload));
/** One of each of our types. */
const samples = [...new Map(shipped.filter(({ type }) => OWN.test(type)).map((node) => [node.type, node])).values()];
const ids = new Set(shipped.map(({ id }) => id));

/** The fields that a person fills in: no reference, no place. */
function written([field, value]: [string, unknown]): boolean {
  return typeof value === "string" && !["id", "z", "type", "d"].includes(field) && !ids.has(value);
}

/** Every field of every node is a payload, each of the payloads the name of one node at least. */
function hostileFlow(): FlowNode[] {
  let next = 0;
  const payload = () => WRITTEN[next++ % WRITTEN.length]!;
  const nodes = WRITTEN.map((name, index): FlowNode => {
    const sample = samples[index % samples.length]!;
    const fields = Object.fromEntries(
      Object.entries(sample).map((entry) => (written(entry) ? [entry[0], payload()] : entry)),
    );
    const id = index < samples.length ? sample.id : `${sample.id}-${index}`;
    const place = isConfig(sample)
      ? {}
      : { z: "tab", x: 150 + (index % 8) * 220, y: 60 + Math.floor(index / 8) * 60, wires: [] };
    return { ...fields, ...place, id, type: sample.type, name } as FlowNode;
  });
  return [
    { id: "tab", type: "tab", label: PAYLOADS[41], info: PAYLOADS[42] } as unknown as FlowNode,
    { id: "empty", type: "tab", label: PAYLOADS[111] } as unknown as FlowNode,
    ...nodes,
    ...listening(),
  ];
}

/** What devices say, as a flow has it: in the debug sidebar, in a status, refused by a store. */
function listening(): FlowNode[] {
  const at = (node: object) => ({ z: "tab", x: 100, y: 1900, wires: [], ...node }) as unknown as FlowNode;
  const debug = {
    type: "debug",
    active: true,
    tosidebar: true,
    complete: "true",
    targetType: "full",
    statusType: "auto",
  };
  return [
    at({ id: "in", type: "http in", url: "/say", method: "post", wires: [["ok", "each"]] }),
    at({ id: "ok", type: "http response" }),
    at({ id: "each", type: "split", property: "payload", wires: [["heard", "reading"]] }),
    at({ id: "heard", ...debug, tostatus: true, statusVal: "payload" }),
    at({
      id: "reading",
      type: "change",
      rules: ["device", "type"].map((p) => ({ t: "set", p, to: "payload", tot: "msg" })),
      wires: [["kept"]],
    }),
    at({ id: "kept", type: "node-store", store: "kept-in", wires: [[], []] }),
    at({ id: "caught", type: "catch", scope: null, wires: [["fault"]] }),
    at({ id: "fault", ...debug, name: "fault" }),
    { id: "kept-in", type: "gh-store-backend", kind: "memory", name: PAYLOADS[0] } as unknown as FlowNode,
  ];
}

const ACCOUNTS = PAYLOADS.map((text) => ({
  ...{ name: text, scopes: [text, text], hasPassword: true, signedIn: 1 },
  tokens: [{ id: text, state: "valid", isWeak: false, origin: text, lastUsed: null, expires: null }],
}));

/** Where a dialog lists what is connected, or who may come in. */
const LISTS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  "gh-uart-port": async (page) => {
    await page.click("#gh-uart-port-search");
    await page
      .locator("#gh-uart-port-found a")
      .nth(PAYLOADS.length - 1)
      .waitFor();
  },
  "gh-token-registry": (page) =>
    page
      .locator("[data-account]")
      .nth(PAYLOADS.length - 1)
      .waitFor(),
};

describeWith("two hundred script payloads in the editor", chromiumMissing(), function suite(this: Mocha.Suite) {
  this.timeout(90_000);
  const flow = hostileFlow();
  let red: NodeRed;
  let browser: Browser;
  let armed: Armed;
  let page: Page;

  before(async () => {
    [red, browser] = await Promise.all([startNodeRed({ flow }), sharedChromium()]);
    armed = await arm(browser);
    page = armed.page;
    page.setDefaultTimeout(60_000);
    page.on("dialog", (dialog) => void dialog.accept());
    await page.route("**/gatehouse/uart-ports", (route) =>
      route.fulfill({ json: PAYLOADS.map((text) => ({ device: text, label: text })) }),
    );
    await page.route(/gatehouse\/token-registry\/[^/]*$/, (route) => route.fulfill({ json: ACCOUNTS }));
    await page.goto(red.origin);
    await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
    await page.waitForSelector('[id="caught"]');
  });

  after(async () => {
    await armed.context.close();
    await red.stop();
  });

  /** Nothing was called, and no element waits for a hand to call it. */
  afterEach(async () => {
    should(armed.calls).deepEqual([]);
    const armedElements = await page.evaluate(() => {
      const isArmed = ({ name, value }: Attr) =>
        (name.startsWith("on") && value.includes("fired")) ||
        (/^(xlink:)?href|src|action|data$/.test(name) && /^\s*java/i.test(value));
      return [...document.querySelectorAll("body *")]
        .filter((element) => [...element.attributes].some(isArmed))
        .map(({ outerHTML }) => outerHTML);
    });
    should(armedElements).deepEqual([]);
  });

  const choose = (tab: string) => page.evaluate(`RED.sidebar.show(${JSON.stringify(tab)})`);

  it("stay text as labels and statuses of nodes, and of the tab", async () => {
    await page.locator(".red-ui-flow-node-status-label", { hasText: "must" }).first().waitFor({ state: "attached" });
    const labels = await page.locator(".red-ui-flow-node-label-text").allTextContents();
    should(labels.join("")).containEql("onerror");
    await page.locator(".red-ui-tab-label", { hasText: PAYLOADS[41]! }).first().waitFor();
  });

  it("stay text in the sidebars of nodes, of configuration and of help, and in the search", async () => {
    await choose("info");
    for (const { id } of samples.filter((sample) => !isConfig(sample))) {
      await page.evaluate(`RED.view.select({ nodes: [RED.nodes.node(${JSON.stringify(id)})] })`);
      const { name } = flow.find((node) => node.id === id)!;
      await page
        .locator(".red-ui-sidebar-info", { hasText: String(name).trim().slice(0, 12) })
        .first()
        .waitFor();
    }
    await choose("config");
    await page.locator(".red-ui-palette-label", { hasText: "fired" }).first().waitFor();
    await page.evaluate("RED.search.show('fired')");
    await page.locator(".red-ui-search-result-node-label", { hasText: "fired" }).first().waitFor();
    await page.keyboard.press("Escape");
  });

  it("stay text in the debug sidebar, said by devices and in the faults of what they said", async () => {
    await choose("debug");
    const headers = { "content-type": "application/json" };
    await fetch(`${red.origin}/say`, { method: "POST", headers, body: JSON.stringify(PAYLOADS) });
    await page.locator(".red-ui-debug-msg", { hasText: "fault" }).first().waitFor();
    await page.locator(".red-ui-debug-msg", { hasText: "heard" }).first().waitFor();
    await page.evaluate(
      "document.querySelectorAll('.red-ui-debug-msg-object-handle').forEach((handle) => handle.click())",
    );
  });

  for (const [place, sample] of samples.entries()) {
    it(`stay text in the dialog of ${sample.type}, as fields and while they are typed`, async () => {
      const typed = PAYLOADS.filter((_, index) => index % SHARE === place % SHARE);
      const edit = isConfig(sample)
        ? `RED.editor.editConfig("", ${JSON.stringify(sample.type)}, ${JSON.stringify(sample.id)})`
        : `RED.editor.edit(RED.nodes.node(${JSON.stringify(sample.id)}))`;
      // Two hundred nodes need not be drawn anew for each dialog.
      await page.evaluate("RED.workspaces.show('empty')");
      await page.evaluate(edit);
      const cancel = page.locator("#node-dialog-cancel, #node-config-dialog-cancel").first();
      await cancel.waitFor();
      await page.locator(".red-ui-tray input[type=text]").first().waitFor();
      await LISTS[sample.type]?.(page);
      await page.evaluate((payloads) => {
        const inputs = [...document.querySelectorAll<HTMLInputElement>(".red-ui-tray input[type=text]")];
        for (const [index, payload] of payloads.entries()) {
          const input = inputs[index % inputs.length]!;
          input.value = payload;
          for (const name of ["input", "keyup", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
        }
      }, typed);
      await cancel.click();
      await page.locator(".red-ui-tray").first().waitFor({ state: "detached" });
    });
  }

  it("run where they are written into the editor as markup", async () => {
    await page.evaluate((payloads) => {
      for (const payload of payloads) document.createElement("div").innerHTML = payload;
    }, PAYLOADS);
    while (armed.calls.length === 0) await page.evaluate(() => new Promise(requestAnimationFrame));
    armed = { ...armed, calls: [] };
  });
});

/** Tokens as a person has them: minted in the editor and shown once, revoked while a robot is connected, pages opened and signed in to. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import type { Browser, Page } from "playwright-core";
import should from "should";
import { chromiumMissing, launchChromium } from "./support/chromium.ts";
import { describeWith } from "./support/needs.ts";
import { freePort, type NodeRed, startNodeRed } from "./support/node-red.ts";
import { type Ports, waysIn, waysInFlow } from "./support/ways-in.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describeWith("tokens in the editor and in a browser", chromiumMissing(), () => {
  let red: NodeRed;
  let ports: Ports;
  let browser: Browser;
  let page: Page;

  before(async function start() {
    this.timeout(60_000);
    ports = { message: await freePort(), session: await freePort(), socket: await freePort() };
    red = await startNodeRed({ flow: waysInFlow(ports, "") });
    browser = await launchChromium();
    await red.printed(`open: 127.0.0.1:${ports.session}`);
  });
  after(async () => {
    await browser.close();
    await red.stop();
  });
  afterEach(() => page.close());

  async function openConfig(type: string, id: string): Promise<void> {
    page = await browser.newPage();
    page.on("dialog", (dialog) => void dialog.accept());
    await page.goto(red.origin);
    // The editor says that it is loaded before it has its nodes.
    await page.waitForFunction(`window.RED?.nodes?.node?.(${JSON.stringify(id)})`);
    await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
    await page.evaluate(`RED.editor.editConfig("", ${JSON.stringify(type)}, ${JSON.stringify(id)})`);
  }

  async function mint(name: string): Promise<string> {
    await page.fill(".gh-tokens-name", name);
    await page.locator(".gh-tokens-name").blur();
    await page.click(".gh-tokens-mint");
    const secret = page.locator(".gh-tokens-secret");
    await secret.waitFor({ state: "visible" });
    return secret.inputValue();
  }

  it("a token is minted, shown once, used, and revoked while its robot is connected", async () => {
    await openConfig("gh-token-registry", "tokens");
    const token = await mint("robot/benbot");
    should(token).match(/^gatehouse_/);
    should(await page.inputValue(".gh-tokens-scopes")).equal("publish:robot/benbot/# read:robot/benbot/#");
    await page.click(".gh-tokens-seen");
    should(await page.inputValue(".gh-tokens-secret")).equal("");
    should(await page.content()).not.containEql(token);
    const robot = connect(ports.session, "127.0.0.1");
    robot.write(`${JSON.stringify({ token, Speed: "1" })}\n`);
    const [reply] = (await once(robot, "data")) as [Buffer];
    should(reply.toString()).equal('{"ok":true}\n');
    const from = performance.now();
    await Promise.all([once(robot, "close"), page.click('[data-action="revoke"]')]);
    should(performance.now() - from).be.below(1500);
    await page.locator(".gh-tokens-past", { hasText: "revoked" }).waitFor();
    const [http] = await waysIn(red, ports, () => "127.0.0.1");
    should(await http!.guess(token)).equal("refused");
  }).timeout(60_000);

  it("a wrong name is answered beside the table", async () => {
    await openConfig("gh-token-registry", "tokens");
    await page.fill(".gh-tokens-name", "<img src=x>");
    await page.click(".gh-tokens-mint");
    await page.locator(".gh-tokens-fault", { hasText: '"name" must be' }).waitFor();
  }).timeout(60_000);

  it("the hub's form opens the pages for a user of the editor", async () => {
    await openConfig("gh-sse-hub", "hub");
    const [opened] = await Promise.all([page.waitForEvent("popup"), page.click("#gh-sse-hub-open")]);
    await opened.waitForURL(`${red.origin}/gatehouse/`);
    await opened.waitForSelector('body[data-loaded="true"]');
    should((await opened.context().cookies(opened.url()))[0]).containEql({ httpOnly: true, sameSite: "Strict" });
    await opened.context().clearCookies();
  }).timeout(60_000);

  it("a page asks who has no token to sign in, and goes on where it was", async () => {
    await openConfig("gh-token-registry", "tokens");
    await page.fill(".gh-tokens-name", "anna");
    // Leaving the name proposes scopes.
    await page.locator(".gh-tokens-name").blur();
    await page.fill(".gh-tokens-scopes", "read:#");
    await page.fill(".gh-tokens-password", "correct horse");
    await page.click(".gh-tokens-save");
    await page.locator('[data-account="anna"]').waitFor();
    await page.goto(`${red.origin}/gatehouse/d/mesh/5`);
    await page.evaluate(AXE);
    const faults = (await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id }) => id))",
    )) as string[];
    should(faults).be.empty();
    await page.fill("[name=user]", "anna");
    await page.fill("[name=password]", "wrong horse");
    await page.click("button");
    await page.getByText("Nobody has this token").waitFor();
    await page.fill("[name=user]", "anna");
    await page.fill("[name=password]", "correct horse");
    await page.click("button");
    await page.waitForURL(`${red.origin}/gatehouse/d/mesh/5`);
    await page.waitForSelector(".connection");
  }).timeout(60_000);
});

/** Tokens as a person has them: minted in the editor and shown once, revoked while a robot is connected, pages opened and signed in to. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import type { Browser, Page } from "playwright-core";
import should from "should";
import { chromiumMissing } from "./support/chromium.ts";
import { describeWith } from "./support/needs.ts";
import { freePort, type NodeRed, startNodeRed } from "./support/node-red.ts";
import { sharedChromium } from "./support/shared-chromium.ts";
import { type Ports, waysIn, waysInFlow } from "./support/ways-in.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describeWith("tokens in the editor and in a browser", chromiumMissing(), () => {
  let red: NodeRed;
  let ports: Ports;
  let browser: Browser;
  let page: Page;

  before(async function start() {
    ports = { message: await freePort(), session: await freePort(), socket: await freePort() };
    red = await startNodeRed({ flow: waysInFlow(ports, "") });
    browser = await sharedChromium();
    await red.printed(`open: 127.0.0.1:${ports.session}`);
  });
  after(() => red.stop());
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

  function looksOf(selector: string): Promise<string[]> {
    return page.locator(selector).evaluate((element) => {
      const { color, backgroundColor } = getComputedStyle(element as HTMLElement);
      return [color, backgroundColor];
    });
  }

  async function mint(name: string): Promise<string> {
    await page.fill(".gh-tokens-name", name);
    await page.click(".gh-tokens-mint");
    const secret = page.locator(".gh-tokens-secret");
    await secret.waitFor({ state: "visible" });
    return secret.inputValue();
  }

  it("a token is minted, shown once, used, and revoked while its robot is connected", async () => {
    await openConfig("gh-token-registry", "tokens");
    const token = await mint("robot/benbot");
    should(token).match(/^gatehouse_/);
    should(await looksOf(".gh-tokens-secret")).deepEqual(await looksOf(".gh-tokens-name"));
    await page.click(".gh-tokens-seen");
    should(await page.inputValue(".gh-tokens-secret")).equal("");
    should(await page.content()).not.containEql(token);
    const robot = connect(ports.session, "127.0.0.1");
    robot.write(`${JSON.stringify({ token, Speed: "1" })}\n`);
    const [reply] = (await once(robot, "data")) as [Buffer];
    should(reply.toString()).equal('{"ok":true}\n');
    const from = performance.now();
    await Promise.all([once(robot, "close"), page.click('[data-action="revoke"]')]);
    should(performance.now() - from).be.below(5000);
    await page.locator(".gh-tokens-past", { hasText: "revoked" }).waitFor();
    const [http] = await waysIn(red, ports, () => "127.0.0.1");
    should(await http!.guess(token)).equal("refused");
  });

  it("a second robot has its own rights, and a third token of one changes nothing", async () => {
    await openConfig("gh-token-registry", "tokens");
    const scopes = page.locator(".gh-tokens-scopes");
    await mint("ben2");
    await page.click(".gh-tokens-seen");
    for (const field of ["name", "scopes"]) should(await page.inputValue(`.gh-tokens-${field}`)).equal("");
    for (const name of ["jas2", "ben2"]) {
      await page.fill(".gh-tokens-name", name);
      should(await scopes.inputValue()).equal(`publish:+/${name}/# read:+/${name}/#`);
    }
    await scopes.fill("");
    await mint("ben2");
    await page.fill(".gh-tokens-name", "ben2");
    await scopes.fill("admin");
    await page.click(".gh-tokens-mint");
    const fault = page.locator(".gh-tokens-fault", { hasText: '"ben2" has 2 valid tokens' });
    await fault.waitFor();
    should(await fault.evaluate(seenOf)).equal(1);
    await page.click('[data-account="ben2"] [data-action="edit"]');
    should(await scopes.inputValue()).equal("publish:+/ben2/# read:+/ben2/#");
    await page.click('[data-account="ben2"] [data-action="remove"]');
    await page.locator('[data-account="ben2"]').waitFor({ state: "detached" });
  });

  it("a wrong name is answered beside the button", async () => {
    await openConfig("gh-token-registry", "tokens");
    await page.fill(".gh-tokens-name", "<img src=x>");
    await page.click(".gh-tokens-mint");
    await page.locator(".gh-tokens-fault", { hasText: '"name" must be' }).waitFor();
  });

  it("the hub's form opens the pages for a user of the editor", async () => {
    await openConfig("gh-sse-hub", "hub");
    const [opened] = await Promise.all([page.waitForEvent("popup"), page.click("#gh-sse-hub-open")]);
    await opened.waitForURL(`${red.origin}/gatehouse/`);
    await opened.waitForSelector('body[data-loaded="true"]');
    should((await opened.context().cookies(opened.url()))[0]).containEql({ httpOnly: true, sameSite: "Strict" });
    await opened.context().clearCookies();
  });

  it("a page asks who has no token to sign in, and goes on where it was", async () => {
    await openConfig("gh-token-registry", "tokens");
    await page.fill(".gh-tokens-name", "anna");
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
  });
});

/** How much of an element stands in its window, 0..1. */
function seenOf(element: Element): Promise<number> {
  return new Promise((resolve) => {
    new IntersectionObserver(([entry]) => resolve(entry!.intersectionRatio)).observe(element);
  });
}

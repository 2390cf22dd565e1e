/** The tabs of one browser share a connection: by Web Locks, and on plain http of a network's address without them. */
import type { BrowserContext, Page } from "playwright-core";
import should from "should";
import { eventually } from "../support/eventually.ts";
import { textBecomes, textsBecome } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const TABS = 7;
const NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })";
const LOG = "gh-log [part=lines]";

describePages("tabs of one browser", ({ hub, openContext }) => {
  let context: BrowserContext;

  beforeEach(async () => {
    context = await openContext();
  });

  /** Each of another device, and a log of it. */
  async function openTab(number: number): Promise<Page> {
    hub.views.set("test", '<gh-value type="N"></gh-value><gh-log type="L"></gh-log>');
    const page = await context.newPage();
    await page.goto(`${hub.url}/v/test/mesh/${number}`);
    return page;
  }

  async function openTabs(): Promise<Page[]> {
    for (let number = 0; number < TABS; number++) hub.publish(`mesh/${number}`, "N", number);
    const pages = await Promise.all(Array.from({ length: TABS }, (_, number) => openTab(number)));
    await Promise.all(pages.map((page, number) => textBecomes(page, "gh-value [part=value]", String(number))));
    return pages;
  }

  const say = (text: string) => {
    for (let number = 0; number < TABS; number++) hub.publish(`mesh/${number}`, "L", `${text} ${number}`);
  };
  const heard = (pages: readonly Page[], text: string) =>
    Promise.all(
      pages.map((page) => {
        const number = page.url().split("/").at(-1);
        return textBecomes(page, `${LOG} li:last-child [part=text]`, `${text} ${number}`);
      }),
    );

  for (const locks of [true, false]) {
    describe(locks ? "with Web Locks" : "without Web Locks", () => {
      beforeEach(async () => {
        if (!locks) await context.addInitScript(NO_LOCKS);
      });

      it("have one stream for seven, and each hears what it wants", async () => {
        const pages = await openTabs();
        await hasOneStream();
        say("one");
        await heard(pages, "one");
        await hasOneStream();
      });

      it("go on without a hole or a double when the tab that leads is closed, and after a restart", async () => {
        const pages = await openTabs();
        say("one");
        await heard(pages, "one");
        await hasOneStream();
        const leader = pages.find((page) => page.url() === hub.leader)!;
        const others = pages.filter((page) => page !== leader);
        await leader.close({ runBeforeUnload: true });
        say("two");
        await heard(others, "two");
        await hasOneStream();
        await hub.stop();
        say("three");
        await hub.start();
        await heard(others, "three");
        say("four");
        await heard(others, "four");
        for (const page of others) {
          const number = page.url().split("/").at(-1);
          const all = ["one", "two", "three", "four"].map((word) => `${word} ${number}`);
          await textsBecome(page, "gh-log [part=text]", all);
        }
        await hasOneStream();
      });

      it("hear of their own commands, whichever of them leads", async () => {
        hub.publish("mesh/1", "N", 1);
        hub.views.set("other", '<gh-button command="reset"></gh-button><gh-value type="N"></gh-value>');
        const first = await openTab(1);
        await textBecomes(first, "gh-value [part=value]", "1");
        const second = await context.newPage();
        await second.goto(`${hub.url}/v/other/mesh/1`);
        await textBecomes(second, "gh-value [part=value]", "1");
        await second.locator("gh-button button").click();
        await textBecomes(second, "gh-button [part=outcome]", "Sending");
        const sender = () => hub.streams.findLast((query) => query.has("browser"))!.get("browser");
        await eventually(() => should(hub.browsersOfCommands).deepEqual([sender()]));
        hub.send('event: outcome\ndata: {"id":"c-1","state":"delivered"}\n\n');
        await textBecomes(second, "gh-button [part=outcome]", "Delivered");
      });
    });
  }

  it("shows what there is where another leads before its own stream has told anything", async () => {
    await context.addInitScript(NO_LOCKS);
    hub.publish("mesh/1", "N", 1);
    hub.refusal = { status: 503, body: {} };
    const page = await openTab(1);
    await textBecomes(page, ".connection", /^Reconnecting|Lost since/);
    const other = await context.newPage();
    await other.goto(`${hub.url}/client.css`);
    await other.evaluate(leadFromHere, hub.base);
    hub.refusal = null;
    await textBecomes(page, "gh-value [part=value]", "1");
  });

  const hasOneStream = () => eventually(() => should(hub.open.size).equal(1));
});

/** Says as a tab that it has led for long; resolves when another is led by it. */
function leadFromHere(base: string): Promise<void> {
  const channel = new BroadcastChannel(`gatehouse ${base}`);
  const lead = (to: string) => {
    const state = { name: "live", since: 1, message: "" };
    channel.postMessage({ from: "0", say: "lead", to, since: 1, browser: "0", state, lastId: "" });
  };
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      if (data.say !== "want") return;
      lead(data.from);
      resolve();
    };
    lead("");
  });
}

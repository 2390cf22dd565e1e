/** The robots' pages in Chromium, against a scripted hub. */
import type { Page } from "playwright-core";
import should from "should";
import { eventually } from "../support/eventually.ts";
import { PAYLOADS } from "../support/payloads.ts";
import { countBecomes, loaded, textBecomes, textsBecome } from "./browser.ts";
import { describePages } from "./with-hub.ts";

/** A picture of one pixel, and one that only begins as such. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const BROKEN = `iVBORw0KGgo${"A".repeat(200)}`;

const card = (type: string) => `.card[data-type="${type}"]`;
const robot = (name: string) => `.robot[data-device="robot/${name}"]`;

describePages("the robots' pages", ({ hub, open }) => {
  async function show(path: string): Promise<Page> {
    const page = await open(`/v/${path}`);
    await loaded(page);
    return page;
  }

  describe("of one robot", () => {
    for (const path of ["robot/robot/benbot", "robot/benbot"]) {
      it(`is found at /v/${path}`, async () => {
        hub.publish("robot/benbot", "speed", 1);
        const page = await show(path);
        await textBecomes(page, "h1", "benbot");
        await eventually(async () => should(await page.title()).equal("benbot · Robots · Gatehouse"));
        await textBecomes(page, ".title .status", "active");
        for (const topic of ["robot/benbot/x", "queue/benbot/x", "game/robots/x"]) await hub.followed(topic);
      });
    }

    it("shows fields as they come, numbers with their course", async () => {
      for (const value of [1, 2, 3]) hub.publish("robot/benbot", "speed", value);
      const page = await show("robot/benbot");
      await textBecomes(page, `${card("speed")} [part=value]`, "3");
      await textBecomes(page, `${card("speed")} [part=note]`, /^1 to 3/);
      hub.publish("robot/benbot", "speed", 4);
      await textBecomes(page, `${card("speed")} [part=value]`, "4");
      hub.publish("robot/benbot", "note", "hello");
      await textBecomes(page, `${card("note")} [part=text]`, "hello");
      hub.publish("robot/jason", "other", 1);
      hub.publish("robot/benbot", "last", true);
      await textBecomes(page, `${card("last")} [part=value]`, "true");
      should(await page.locator(card("other")).count()).equal(0);
    });

    it("shows lists as tables", async () => {
      hub.publish("robot/benbot", "gyro", [0.5, -1, 2]);
      hub.publish("robot/benbot", "map", [
        [1, 2],
        [3, 4],
      ]);
      hub.publish("robot/benbot", "seen", [{ what: "ball", at: 3 }, { what: "goal" }]);
      hub.publish("robot/benbot", "long", Array(100).fill(0));
      hub.publish("robot/benbot", "nothing", []);
      const page = await show("robot/benbot");
      const cells = (type: string) => `${card(type)} tbody td`;
      await textBecomes(page, `${card("nothing")} [part=note]`, "An empty list");
      await textsBecome(page, cells("gyro"), ["0.5", "−1.0", "2.0"]);
      await textsBecome(page, cells("map"), ["1", "2", "3", "4"]);
      await textsBecome(page, `${card("seen")} thead th`, ["what", "at"]);
      await textsBecome(page, cells("seen"), ["ball", "3", "goal", "–"]);
      await countBecomes(page, cells("long"), 24);
      await textBecomes(page, `${card("long")} [part=note]`, "and 76 more");
      hub.publish("robot/benbot", "gyro", [7]);
      await textBecomes(page, `${card("gyro")} td`, "7");
    });

    it("draws base64 pictures, and says so where one cannot be drawn", async () => {
      hub.publish("robot/benbot", "camera", PIXEL);
      hub.publish("robot/benbot", "bytes", { base64: PIXEL });
      hub.publish("robot/benbot", "url", `data:image/png;base64,${PIXEL}`);
      hub.publish("robot/benbot", "broken", BROKEN);
      const page = await show("robot/benbot");
      await textBecomes(page, `${card("broken")} [part=note]`, /no picture/);
      for (const type of ["camera", "bytes", "url"]) {
        const image = page.locator(`${card(type)} img`);
        await image.waitFor();
        await page.waitForFunction((one) => (one as HTMLImageElement).naturalWidth === 1, await image.elementHandle());
        should(await image.getAttribute("src")).startWith("data:image/png;base64,");
      }
      should(hub.requests.filter((path) => path.startsWith("/history"))).be.empty();
    });

    it("has announcements on top, the game, and its side", async () => {
      hub.publish("robot/benbot", "speed", 1);
      hub.publish("game/robots", "MSG", "Round 2 in five minutes");
      const page = await show("robot/benbot");
      await textBecomes(page, ".announcement", "Round 2 in five minutes");
      await textBecomes(page, ".game", "Game stopped");
      hub.publish("game/robots", "GAME", "start");
      hub.publish("game/robots", "left_team", "benbot");
      await textBecomes(page, ".game", "Game running");
      await textBecomes(page, ".side", "left side");
      hub.publish("game/robots", "MSG", "");
      await page.locator(".announcement").waitFor({ state: "hidden" });
    });

    it("says what waits in its queue, and what was dropped", async () => {
      hub.publish("robot/benbot", "speed", 1);
      hub.publish("queue/benbot", "depth", 12);
      const page = await show("robot/benbot");
      await textBecomes(page, ".queue-figure", "12");
      hub.publish("queue/benbot", "dropped", { reason: "drop-oldest", count: 3, total: 7, all: 9 });
      hub.publish("queue/jason", "depth", 99);
      hub.publish("queue/benbot", "depth", 1000);
      await textBecomes(page, ".queue-figure", "1000");
      await textsBecome(page, ".queue-figure", ["1000", "9 the oldest gave way"]);
    });

    it("waits for a robot that was never seen", async () => {
      const page = await show("robot/third");
      await textBecomes(page, ".empty h2", "Nothing from this robot yet");
      hub.publish("robot/third", "x", 1);
      await textBecomes(page, `${card("x")} [part=value]`, "1");
      await page.locator(".empty").waitFor({ state: "hidden" });
    });

    it("takes whatever a robot sends for text", async () => {
      const forms = [
        (payload: string) => payload,
        (payload: string) => [payload, { [payload]: payload }],
        (payload: string) => `data:image/png;base64,${payload.padEnd(80)}`,
      ];
      PAYLOADS.forEach((payload, index) => void hub.publish("robot/benbot", `t${index}`, forms[index % 3]!(payload)));
      hub.publish("game/robots", "MSG", PAYLOADS[0]);
      hub.publish("queue/benbot", "dropped", { reason: PAYLOADS[0], all: 1 });
      const page = await show("robot/benbot");
      await textBecomes(page, ".announcement", PAYLOADS[0]!);
      await page.waitForFunction((count) => document.querySelectorAll(".card").length === count, PAYLOADS.length);
      should(await page.locator("main :is(script, img, iframe, object, svg a, form)").count()).equal(0);
    });
  });

  describe("of all robots", () => {
    it("stand side by side, each with its queue and fields, and lead to the page of one", async () => {
      hub.publish("robot/jason", "speed", 2);
      hub.publish("robot/benbot", "speed", 1);
      hub.publish("queue/jason", "depth", 4);
      hub.publish("mesh/5", "BAT", 1);
      const page = await show("robots");
      await textBecomes(page, `${robot("jason")} .queue-figure`, "4");
      await textBecomes(page, `${robot("benbot")} ${card("speed")} [part=value]`, "1");
      await textsBecome(page, ".robot h2 a", ["benbot", "jason"]);
      hub.publish("robot/benbot", "camera", PIXEL);
      hub.publish("queue/benbot", "dropped", { reason: "expired", count: 1, total: 1, all: 1 });
      await page.locator(`${robot("benbot")} ${card("camera")} img`).waitFor();
      await textBecomes(page, `${robot("benbot")} .queue div:last-child dd`, "1 they were too old");
      await page.locator(`${robot("benbot")} h2 a`).click();
      await textBecomes(page, "h1", "benbot");
    });

    it("show the announcement and who plays where", async () => {
      hub.publish("robot/benbot", "speed", 1);
      hub.publish("game/robots", "right_team", "benbot");
      hub.publish("game/robots", "MSG", { round: 2 });
      const page = await show("robots");
      await textBecomes(page, ".announcement", "round 2");
      await textBecomes(page, `${robot("benbot")} .side`, "right side");
    });

    it("make room for who is connected, and name who is not", async () => {
      hub.publish("robot/benbot", "speed", 1, Date.now() - 600_000);
      hub.publish("robot/jason", "speed", 1);
      const page = await show("robots");
      await textBecomes(page, ".absent", "Not connected: benbot");
      await countBecomes(page, ".robot:visible", 1);
      hub.publish("robot/benbot", "speed", 2);
      await page.locator(robot("benbot")).waitFor();
      await textBecomes(page, ".absent", "");
    });

    it("wait for the first robot", async () => {
      const page = await show("robots");
      await textBecomes(page, ".empty h2", "No robots yet");
      hub.publish("robot/benbot", "speed", 1);
      await page.locator(robot("benbot")).waitFor();
      await page.locator(".empty").waitFor({ state: "hidden" });
    });
  });
});

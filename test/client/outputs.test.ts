/** Components that show more than a value: gauge, chart, table, log, picture and track, in Chromium. */
import type { Page } from "playwright-core";
import should from "should";
import { eventually } from "../support/eventually.ts";
import { countBecomes, textBecomes, textsBecome } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describePages("output components", ({ hub, show }) => {
  /** Waits until, of parts of the chart that are equally wide, those have a line that are said. */
  function drawnBecomes(page: Page, expected: readonly boolean[]): Promise<unknown> {
    return page.waitForFunction((wanted) => {
      const root = document.querySelector("gh-chart")!.shadowRoot!;
      const [drawn, over] = [root.querySelector("canvas"), root.querySelector<HTMLElement>(".u-over")];
      if (!drawn || !over) return false;
      const scale = drawn.width / drawn.clientWidth;
      const copy = new OffscreenCanvas(drawn.width, drawn.height).getContext("2d", { willReadFrequently: true })!;
      copy.drawImage(drawn, 0, 0);
      return wanted.every((isDrawn, part) => {
        const width = over.offsetWidth / wanted.length;
        const middle = [over.offsetLeft + (part + 0.4) * width, over.offsetTop, width / 5, over.offsetHeight];
        const [x, y, across, down] = middle.map((measure) => Math.round(measure * scale));
        const { data } = copy.getImageData(x!, y!, across!, down!);
        // The grid is grey.
        return isDrawn === Array.from(data).some((red, at) => at % 4 === 0 && Math.abs(red - data[at + 2]!) > 60);
      });
    }, expected);
  }

  it("gh-value draws its course where it has a history", async () => {
    for (const value of [3, 5, 4]) hub.publish("mesh/5", "A", value);
    const page = await show('<gh-value type="A" history="100" unit="V"></gh-value>');
    await textBecomes(page, "gh-value [part=note]", /^3 to 5 in/);
    hub.publish("mesh/5", "A", 7);
    await textBecomes(page, "gh-value [part=note]", /^3 to 7 in/);
    const course = (split: RegExp, parts: number) =>
      eventually(async () =>
        should((await page.locator(".spark-line").getAttribute("d"))!.split(split)).have.length(parts),
      );
    await course(/[ML]/, 5);
    hub.publish("mesh/5", "A", 6, Date.now() + 60_000);
    await textBecomes(page, "gh-value [part=note]", /^3 to 7 in 1 min/);
    await course(/M/, 3);
  });

  it("gh-value is up to date where it is out of sight, and when it comes into sight", async () => {
    hub.publish("mesh/5", "A", 1);
    const page = await show(`${'<gh-value type="B"></gh-value>'.repeat(99)}<gh-value id="last" type="A"></gh-value>`);
    const isFarBelow = () =>
      page.locator("#last").evaluate((last) => last.getBoundingClientRect().top > 2 * innerHeight);
    for (let value = 2; value < 9; value++) {
      hub.publish("mesh/5", "A", value);
      await textBecomes(page, "#last [part=value]", String(value));
    }
    should(await isFarBelow()).be.true();
    await page.locator("#last").scrollIntoViewIfNeeded();
    hub.publish("mesh/5", "A", 9);
    await textBecomes(page, "#last [part=value]", "9");
  });

  it("many that change at once are drawn in a few frames, the half that waits longest in each", async () => {
    hub.scripts.set(
      "test",
      'gatehouse.define("gh-drawn", class extends gatehouse.GhComponent { render() { globalThis.drawn?.push(this); } });',
    );
    const page = await show('<gh-drawn type="A"></gh-drawn>'.repeat(100));
    await page.waitForFunction(() => customElements.get("gh-drawn"));
    const drawn = await page.evaluate(async () => {
      const frame = () => new Promise(requestAnimationFrame);
      const all = [...document.querySelectorAll("gh-drawn")] as (HTMLElement & { changed(): void })[];
      for (const one of all) Object.assign(one.style, { position: "fixed", top: "0" });
      for (let passed = 0; passed < 5; passed++) await frame();
      const seen: Element[] = [];
      Object.assign(globalThis, { drawn: seen });
      for (const one of all) one.changed();
      await frame();
      const first = seen.length;
      for (const one of all.slice(0, 10)) one.changed();
      for (let passed = 0; passed < 4; passed++) await frame();
      return { first, order: seen.map((one) => all.indexOf(one as (typeof all)[number])) };
    });
    should(drawn.first).equal(50);
    should(drawn.order).deepEqual([...Array(100).keys(), ...Array(10).keys()]);
  });

  it("gh-gauge draws a number between its ends, and none for what is none", async () => {
    hub.publish("mesh/5", "A", 50);
    const page = await show('<gh-gauge type="A" min="0" max="200" unit="%" high="150"></gh-gauge>');
    await textBecomes(page, "gh-gauge [part=value]", "50\u2009%");
    await textBecomes(page, "gh-gauge [part=most]", "200");
    await page.locator("gh-gauge path[part=bar][d^=M]").waitFor();
    hub.publish("mesh/5", "A", "broken");
    await textBecomes(page, "gh-gauge [part=value]", /^broken/);
    await page.locator('gh-gauge path[part=bar][d=""]').waitFor({ state: "attached" });
  });

  it("gh-chart draws history first, then live, several series; pauses, and exports what it has", async () => {
    const start = Date.UTC(2026, 0, 1);
    for (let at = 0; at < 20; at++) hub.publish("mesh/5", "A", at, start + at * 1000);
    hub.publish("mesh/6", "B", -1.5, start + 500);
    const page = await show('<gh-chart type="A mesh/6/B" labels="first, =cmd()" unit="V" label="Two"></gh-chart>');
    const last = (index: number) => `gh-chart [part=legend] span:nth-child(${index}) b`;
    await textBecomes(page, last(1), "19\u2009V");
    await textBecomes(page, last(2), "\u22121.5\u2009V");
    await page.waitForSelector("gh-chart canvas");
    hub.publish("mesh/5", "A", 21, start + 21_000);
    await textBecomes(page, last(1), "21\u2009V");
    await page.getByRole("button", { name: "Pause" }).click();
    hub.publish("mesh/5", "A", 22, start + 22_000);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    should(download.suggestedFilename()).equal("Two.csv");
    const lines = (await (await download.createReadStream()).toArray()).join("").split("\r\n");
    should(lines.slice(0, 3)).deepEqual([
      "time,first,'=cmd()",
      "2026-01-01T00:00:00.000Z,0,",
      "2026-01-01T00:00:00.500Z,,-1.5",
    ]);
    should(lines.at(-2)).equal("2026-01-01T00:00:22.000Z,22,");
    await page.locator("gh-chart .u-over").hover();
    await textBecomes(page, "gh-chart [part=moment]", /^20/);
    await page.getByRole("button", { name: "CSV" }).hover();
    await textBecomes(page, "gh-chart [part=moment]", "");
    await textBecomes(page, last(1), "21\u2009V");
    await page.getByRole("button", { name: "Pause" }).click();
    await textBecomes(page, last(1), "22\u2009V");
  });

  it("gh-chart stays at what is looked at closely, until the whole is asked for", async () => {
    const start = Date.UTC(2026, 0, 1);
    for (let at = 0; at < 60; at++) hub.publish("mesh/5", "A", at, start + at * 1000);
    const page = await show('<gh-chart type="A"></gh-chart>');
    await textBecomes(page, "gh-chart [part=legend] b", "59");
    const box = (await page.locator("gh-chart .u-over").boundingBox())!;
    await page.mouse.move(box.x + 50, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 100, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await textBecomes(page, "gh-chart [part=legend] b", /^\d$/);
    hub.publish("mesh/5", "A", 60, start + 60_000);
    await page.mouse.move(box.x, box.y - 50);
    await textBecomes(page, "gh-chart [part=legend] b", "60");
    await page.mouse.move(box.x + box.width - 5, box.y + 50);
    await textBecomes(page, "gh-chart [part=legend] b", /^\d$/);
    await page.getByRole("button", { name: "Whole" }).click();
    await page.mouse.move(box.x + box.width - 5, box.y + 50);
    await textBecomes(page, "gh-chart [part=legend] b", "60");
  });

  it("gh-chart draws no line over an outage, nor over a gap, and tells the values that are pointed at", async () => {
    const start = Date.UTC(2026, 0, 1);
    const say = (from: number, value: number) => {
      for (let at = from; at < from + 20; at++) hub.publish("mesh/5", "A", value, start + at * 1000);
    };
    say(0, 1);
    say(60, 1);
    const page = await show('<gh-chart type="A"></gh-chart>');
    await drawnBecomes(page, [true, false, false, true]);
    hub.epoch = "e2";
    hub.entries = [];
    hub.send('event: gap\ndata: {"from":"e1-40","to":"e2-0"}\n\n');
    say(140, 2);
    await textBecomes(page, "gh-chart [part=legend] b", "2");
    await drawnBecomes(page, [true, false, false, true, false, false, false, true]);
    const box = (await page.locator("gh-chart .u-over").boundingBox())!;
    await page.mouse.move(box.x + 5, box.y + 50);
    await textBecomes(page, "gh-chart [part=legend] b", "1");
    await textBecomes(page, "gh-chart [part=moment]", /^20\d\d-\d\d-\d\d \d\d:\d\d:0\d$/);
    await page.mouse.move(box.x + 5, box.y - 50);
    await textBecomes(page, "gh-chart [part=legend] b", "2");
  });

  it("gh-table has a row for each type, or the rows of a list", async () => {
    hub.publish("mesh/5", "B", "text");
    hub.publish("mesh/5", "A", 1);
    hub.publish("mesh/5", "L", [
      { name: "one", size: 1 },
      { name: "two", size: 2 },
    ]);
    const page = await show('<gh-table type="A B" id="a"></gh-table><gh-table type="L" id="l"></gh-table>');
    await textBecomes(page, "#a tbody tr:nth-child(2) td", "text");
    await textsBecome(page, "#a tbody th", ["A", "B"]);
    hub.publish("mesh/5", "A", 2);
    await textBecomes(page, "#a tbody td", "2");
    await textBecomes(page, "#l tbody tr:nth-child(2)", "1two2");
  });

  it("gh-log has the last lines, newest below, of several topics by their names", async () => {
    for (let line = 1; line <= 60; line++) hub.publish("mesh/5", "message", `line ${line}`);
    const page = await show(
      '<gh-log type="message" history="10" id="a"></gh-log><gh-log type="mesh/+/message" id="b"></gh-log>',
    );
    await textBecomes(page, "#a li:last-child [part=text]", "line 60");
    await countBecomes(page, "#a li", 10);
    hub.publish("mesh/6", "message", "from another");
    await textBecomes(page, "#b li:last-child [part=name]", "mesh/6/message");
    for (let line = 0; line < 300; line++) hub.publish("mesh/5", "message", `more ${line}`);
    await textBecomes(page, "#a li:last-child [part=text]", "more 299");
    await countBecomes(page, "#a li", 200);
  });

  it("gh-log begins in the order of the store, whatever came from where, and goes on with what comes", async () => {
    for (let at = 1; at <= 7; at++) hub.publish(`mesh/${5 + (at % 2)}`, "message", `line ${at}`, at * 1000);
    hub.publish("mesh/7", "message", "line 8", 8000);
    const page = await show(
      '<gh-log type="mesh/5/message mesh/6/message mesh/7/message" id="a"></gh-log><gh-log type="mesh/+/message" id="b"></gh-log>',
    );
    const linesBecome = (id: string, numbers: readonly number[], last: string) =>
      textsBecome(page, `${id} [part=text]`, [...numbers.map((number) => `line ${number}`), last]);
    await linesBecome("#a", [1, 2, 3, 4, 5, 6, 7], "line 8");
    await linesBecome("#b", [6, 7], "line 8");
    hub.publish("mesh/5", "message", "of a clock that is late", 3000);
    await linesBecome("#a", [1, 2, 3, 4, 5, 6, 7, 8], "of a clock that is late");
    await linesBecome("#b", [6, 7, 8], "of a clock that is late");
  });

  it("gh-log says once what comes again and again, and how often", async () => {
    for (let time = 1; time <= 5; time++) hub.publish("mesh/5", "state", "waiting", time * 1000);
    const page = await show('<gh-log type="state"></gh-log>');
    await textBecomes(page, "gh-log [part=count]", "×5");
    hub.publish("mesh/5", "state", "waiting");
    await textBecomes(page, "gh-log [part=count]", "×6");
    hub.publish("mesh/5", "state", "driving");
    await textBecomes(page, "gh-log li:last-child [part=text]", "driving");
    await countBecomes(page, "gh-log li", 2);
    hub.publish("mesh/5", "state", "waiting");
    await textBecomes(page, "gh-log li:last-child [part=text]", "waiting");
    await textsBecome(page, "gh-log [part=count]", ["×6", "", ""]);
  });

  it("gh-log begins anew where readings were missed", async () => {
    hub.publish("mesh/5", "message", "old");
    const page = await show('<gh-log type="message"></gh-log>');
    await textBecomes(page, "gh-log li", /old$/);
    await hub.followed("mesh/5/message");
    hub.entries.shift();
    hub.publish("mesh/5", "message", "new");
    hub.send('event: gap\ndata: {"from":"e1-0","to":"e1-1"}\n\n');
    await textBecomes(page, "gh-log [part=lines]", /^[\d:]+new$/);
  });

  it("gh-log and gh-table break no number on a phone, and no word that has room", async () => {
    hub.publish("site/weather-1", "temperature", 21.37);
    hub.publish("site/weather-1", "message", `at 121.5020, 25.0123 for -21.37 seconds ${"x".repeat(200)}`);
    hub.publish("site/weather-1", "fields", { pressure: 1013.25, words: "a few words of text" });
    const page = await show(
      '<gh-log type="site/weather-1/+"></gh-log><gh-table type="site/weather-1/temperature site/weather-1/message"></gh-table><gh-table type="site/weather-1/fields" id="f"></gh-table>',
    );
    await page.setViewportSize({ width: 375, height: 800 });
    await textBecomes(page, "gh-log li:last-child [part=text]", /^pressure/);
    await textBecomes(page, "#f [part=field]", "1013.25");
    const broken = await page.evaluate(() => {
      const places = [...document.querySelectorAll("gh-log, gh-table")].flatMap((one) => [
        ...one.shadowRoot!.querySelectorAll("[part=text], [part=time], td"),
      ]);
      const words = places.flatMap((place) =>
        [...place.textContent.matchAll(/[\w.:−-]+/g)].map(({ 0: word, index }) => {
          const range = new Range();
          range.setStart(place.firstChild!, index);
          range.setEnd(place.firstChild!, index + word.length);
          return { word, lines: range.getClientRects().length };
        }),
      );
      return [...new Set(words.filter(({ lines }) => lines !== 1).map(({ word }) => word.slice(0, 3)))];
    });
    should(broken).deepEqual(["xxx"]);
  });

  it("gh-view gives what is small no more room than it needs, and stands apart from what follows", async () => {
    const page = await show(
      '<div class="view"><gh-view><gh-button command="a"></gh-button><gh-gauge type="A"></gh-gauge></gh-view>Words<gh-view><gh-value type="A"></gh-value></gh-view><p>More</p></div>',
    );
    const boxOf = async (selector: string) => (await page.locator(selector).first().boundingBox())!;
    await textBecomes(page, "gh-gauge [part=most]", "100");
    should((await boxOf("gh-button")).height).be.below((await boxOf("gh-gauge")).height / 2);
    const [first, second, last] = [await boxOf("gh-view"), await boxOf("gh-view + gh-view"), await boxOf(".view p")];
    should(second.y - first.y - first.height).be.within(16 + 16, 80);
    should(last.y - second.y - second.height).equal(16);
  });

  it("gh-table begins anew where readings were missed, and draws nothing meanwhile", async () => {
    hub.publish("mesh/5", "L", { a: 1 });
    hub.publish("mesh/5", "A", 1);
    const page = await show('<gh-table type="L" id="l"></gh-table><gh-table type="A" id="a"></gh-table>');
    await textBecomes(page, "#l [part=field]", "1");
    await textBecomes(page, "#a tbody td", "1");
    await hub.followed("mesh/5/L");
    hub.publish("mesh/5", "L", { a: 2 });
    hub.publish("mesh/5", "A", 2);
    hub.send("event: gap\ndata: {}\n\n");
    await textBecomes(page, "#l [part=field]", "2");
    await textBecomes(page, "#a tbody td", "2");
  });

  it("gh-image shows a picture, and says where a value is none", async () => {
    hub.publish("mesh/5", "camera", PIXEL);
    hub.publish("mesh/5", "other", "words");
    const page = await show('<gh-image type="camera"></gh-image><gh-image type="other" id="b"></gh-image>');
    await page.waitForFunction(() => {
      const image = document.querySelector("gh-image")!.shadowRoot!.querySelector("img");
      return image?.complete && image.naturalWidth === 1;
    });
    await textBecomes(page, "#b [part=note]", "The value is no picture.");
  });

  it("gh-track draws where a device was and is", async () => {
    for (const east of [0, 0.001, 0.002]) hub.publish("mesh/5", "GPS", { longitude: 121.5 + east, latitude: 25 });
    const page = await show('<gh-track type="GPS"></gh-track>');
    await textBecomes(page, "gh-track [part=place]", "121.5020, 25.0000");
    await textBecomes(page, "gh-track .track-scale", /^grid \d+ k?m$/);
    hub.publish("mesh/5", "GPS", "nowhere");
    await textBecomes(page, "gh-track [part=age]", "");
  });

  it("show ten megabytes, and numbers that are none, without a fault", async () => {
    hub.publish("mesh/5", "A", "x".repeat(3_000_000));
    const page = await show('<gh-value type="A"></gh-value><gh-log type="A"></gh-log><gh-chart type="A"></gh-chart>');
    await textBecomes(page, "gh-value [part=value]", /^x{400,500}…$/);
    hub.publish("mesh/5", "A", "y".repeat(10_000_000));
    hub.publish("mesh/5", "A", Number.NaN);
    hub.publish("mesh/5", "A", 5);
    await textBecomes(page, "gh-value [part=value]", "5");
    should(hub.streams.length).equal(1);
  });
});

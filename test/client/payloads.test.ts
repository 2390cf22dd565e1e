/** Whatever a device calls itself and says is text: nothing of it becomes markup, a link or code, with no content policy to help. */
import type { Page } from "playwright-core";
import should from "should";
import { elementOfType } from "../../lib/records/element-names.ts";
import { eventually } from "../support/eventually.ts";
import { arm, showCarelessly, touchEverything } from "../support/fired.ts";
import { PAYLOADS } from "../support/payloads.ts";
import { sharedChromium } from "../support/shared-chromium.ts";
import { countBecomes, loaded, textBecomes, textsBecome, watch } from "./browser.ts";
import { describePages } from "./with-hub.ts";

/** What our own pages never have within the part that shows devices. */
const FOREIGN =
  "script, img, image, iframe, object, embed, video, audio, details, select, marquee, base, meta, link, style, form, template, math, body, animate";
/** As many of the payloads as run on a page that is careless, in a Chromium of today. */
const LEAST_RUN = 100;
/** A name that stays one level of a topic. */
const nameOf = (payload: string) => payload.replaceAll("/", "∕");

/** As a store keeps what is known of one, and as none should. */
const KINDS_OF_COMMANDS: readonly ((payload: string) => object)[] = [
  () => ({ kind: "text" }),
  () => ({ kind: "json" }),
  (confirm) => ({ kind: "none", confirm }),
  (payload) => ({ kind: "number", min: payload, max: payload }),
  (payload) => ({ kind: "number", min: payload, max: 1 }),
  (payload) => ({ kind: "object", fields: { [payload]: "text", [`${payload}2`]: payload } }),
];

describePages("two hundred script payloads", ({ hub }) => {
  /** Opens a page that counts calls of `fired`, hands it to `look`, then checks that nothing came of the payloads. */
  async function inspect(path: string, look: (page: Page) => Promise<void>): Promise<void> {
    const { context, page, calls } = await arm(await sharedChromium());
    const faults = watch(page);
    await page.goto(hub.url + path);
    await look(page);
    should(
      await page.locator(`main :is(${FOREIGN}):not(.sort select, [part=image], .commands [part=row])`).count(),
    ).equal(0);
    const hosts = await page.locator("a").evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).host));
    should([...new Set(hosts)]).deepEqual([new URL(hub.url).host]);
    should(faults).deepEqual([]);
    should(calls).deepEqual([]);
    await context.close();
  }

  it("are each another one, and run where a page is careless", async () => {
    should(new Set(PAYLOADS).size).equal(200);
    const { context, page, calls } = await arm(await sharedChromium());
    await showCarelessly(page, PAYLOADS);
    await eventually(async () => {
      await touchEverything(page);
      should(new Set(calls).size).be.aboveOrEqual(LEAST_RUN);
    });
    await context.close();
  });

  it("stay text in names, addresses, networks, labels, types and values of the list", async () => {
    PAYLOADS.forEach((payload, index) => {
      hub.publish(`attack/${index}`, nameOf(payload), payload);
      hub.publish(`attack/${index}`, "object", { [payload]: payload });
      hub.publish(`${nameOf(payload)}/${nameOf(payload)}`, "v", [payload]);
      hub.keys.set(`device.attack/${index}`, { name: payload, uuid: payload, labels: { [payload]: payload } });
    });
    await inspect("/", async (page) => {
      await loaded(page);
      await page.waitForFunction((count) => document.querySelectorAll(".device").length === count, PAYLOADS.length * 2);
      await textsBecome(page, '[data-device^="attack/"] h3', PAYLOADS);
      hub.publish("attack/0", "late", PAYLOADS[0]);
      await page.locator(".search input").fill(PAYLOADS[0]!);
      await page.locator(".device:visible").first().hover();
    });
  });

  const bytes = (text: string) => ({ base64: Buffer.from(text).toString("base64") });
  for (const [kind, typeOf, wrapped] of [
    ["texts of types of their name", (payload: string) => nameOf(payload), [(payload: string) => payload]],
    [
      "objects and lists",
      (payload: string) => encodeURIComponent(payload),
      [
        (payload: string) => ({ [payload]: [payload], inner: { [payload]: payload } }),
        (payload: string) => [payload, { [payload]: payload }],
      ],
    ],
    ["bytes, true and faked", (_: string, index: number) => `b${index}`, [bytes, (base64: string) => ({ base64 })]],
  ] as const) {
    it(`stay text on a device's page, as ${kind}, in history and live`, async () => {
      const name = PAYLOADS[41]!;
      hub.keys.set("device.attack/1", { name, uuid: name, labels: { [PAYLOADS[0]!]: PAYLOADS[1] } });
      const say = (round: number) => {
        for (const [index, payload] of PAYLOADS.entries()) {
          hub.publish("attack/1", typeOf(payload, index), wrapped[(index + round) % wrapped.length]!(payload));
        }
      };
      say(0);
      await inspect("/d/attack/1", async (page) => {
        await page.waitForFunction((count) => document.querySelectorAll(".card").length === count, PAYLOADS.length);
        await textBecomes(page, "h1", name);
        const shown = await page.locator(".card > header span:first-child").allTextContents();
        should(shown.sort()).deepEqual(PAYLOADS.map((one, index) => elementOfType(typeOf(one, index))).sort());
        await textBecomes(page, ".connection", "Live");
        say(1);
        hub.publish("attack/1", "zzz", "the last");
        await page.locator(".card", { hasText: "the last" }).waitFor();
      });
    });
  }

  it("stay text as names, questions, fields and payloads of commands, and in what became of them", async () => {
    hub.publish("attack/1", "v", 1);
    for (const [index, payload] of PAYLOADS.entries()) {
      const known = KINDS_OF_COMMANDS[index % KINDS_OF_COMMANDS.length]!(payload);
      // A filter cannot name all of them, and no store takes them.
      const name = nameOf(payload).replace(/[+#]/g, "*");
      hub.keys.set(`command.attack/1/${index}${name}`, { known, since: 1 });
      hub.keys.set(`command.attack/2/other${index}${name}`, { known, since: 1 });
      hub.publish("attack/2", "v", payload);
    }
    await inspect("/d/attack/1", async (page) => {
      await loaded(page);
      await textBecomes(page, ".connection", "Live");
      await page.waitForFunction(
        (count) => document.querySelectorAll(".commands [data-command]").length === count,
        PAYLOADS.length,
      );
      should(await page.locator(".commands option").count()).equal(PAYLOADS.length);
      await page.locator(".commands gh-button[payload] button").first().click();
      await textBecomes(page, ".commands [command-state] [part=outcome]", /^Sending/);
      hub.send(
        `event: outcome\ndata: ${JSON.stringify({ id: "c-1", state: "failed", detail: PAYLOADS.join(" ") })}\n\n`,
      );
      await textBecomes(page, ".commands [command-state] [part=outcome]", /^Failed/);
    });
  });

  it("stay text where a device's address is one, and in the server's fault", async () => {
    for (const payload of [PAYLOADS[0]!, PAYLOADS[41]!, PAYLOADS[111]!]) {
      const device = `attack/${nameOf(payload)}`;
      hub.publish(device, "v", 1);
      await inspect(`/d/attack/${encodeURIComponent(device.slice(7))}`, (page) => textBecomes(page, "h1", device));
    }
    hub.refusal = { status: 403, body: { error: "forbidden", message: PAYLOADS[41] } };
    await inspect("/", (page) => textBecomes(page, ".panel p", `${PAYLOADS[41]}.`));
  });

  it("stay text on the monitoring page: nodes, traffic, robots, drops and browsers", async () => {
    const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
    PAYLOADS.forEach((payload, index) => {
      hub.publish(`mesh/${index}`, "v", 1);
      hub.keys.set(`device.mesh/${index}`, { name: payload });
    });
    hub.metrics = PAYLOADS.map(
      (payload) => `gatehouse_dropped_total{where="${escaped(payload)}",reason="${escaped(payload)}"} 1`,
    ).join("\n");
    hub.browsers = PAYLOADS.map((view) => ({ via: "events", address: view, since: 0, view, topics: [], dropped: 0 }));
    await inspect("/v/mesh", async (page) => {
      await loaded(page);
      await textBecomes(page, ".connection", "Live");
      await hub.followed("$live/mesh/monitor");
      const tell = (frame: object) => hub.tell("$live/mesh/monitor", JSON.stringify(frame));
      for (const message of PAYLOADS) tell({ type: "trafficLog", message });
      const robots = PAYLOADS.map((name) => ({ name, [name]: name }));
      tell({ type: "networkStatus", status: "robotStatus", robots });
      await textBecomes(page, ".traffic li:last-child .words", PAYLOADS.at(-1)!);
      await textBecomes(page, ".robot h3", PAYLOADS[0]!);
      await page.waitForFunction((count) => document.querySelectorAll(".device").length === count, PAYLOADS.length);
      await textsBecome(page, ".device h3", PAYLOADS);
      await countBecomes(page, ".drops tbody tr", PAYLOADS.length);
      await countBecomes(page, "#browsers tbody tr", PAYLOADS.length);
    });
  });

  it("stay text on the overview of networks, and of those who look on", async () => {
    for (const payload of PAYLOADS) hub.publish(`${nameOf(payload)}/1`, "v", payload);
    hub.browsers = PAYLOADS.map((view) => ({ via: view, address: view, since: 0, view, topics: [view], dropped: 0 }));
    await inspect("/v/networks", async (page) => {
      await page.locator("main", { hasText: nameOf(PAYLOADS[41]!) }).waitFor();
      await textBecomes(page, ".connection", "Live");
    });
  });

  it("stay text in every component, in labels, types, values, and what a command came to", async () => {
    const tags = ["value", "gauge", "status", "chart", "table", "log", "image", "track", "switch", "slider"];
    hub.views.set(
      "test",
      `<div id="all"></div><gh-button command="x"></gh-button><gh-log type="attack/+/+" id="last"></gh-log>`,
    );
    hub.scripts.set(
      "test",
      `for (const tag of ${JSON.stringify(tags)}) {
        const element = document.createElement("gh-" + tag);
        element.setAttribute("type", "attack/1/a attack/1/b");
        element.setAttribute("label", ${JSON.stringify(PAYLOADS[0])});
        for (const name of ["unit", "labels", "codes"]) element.setAttribute(name, ${JSON.stringify(PAYLOADS[41])});
        document.getElementById("all").append(element);
      }`,
    );
    await inspect("/v/test/attack/1", async (page) => {
      await textBecomes(page, ".connection", "Live");
      for (const payload of PAYLOADS) {
        hub.publish("attack/1", "a", payload);
        hub.publish("attack/1", "b", { [payload]: payload });
        hub.publish("attack/1", "c", [[payload], { [payload]: payload }]);
        hub.publish(`attack/${nameOf(payload)}`, nameOf(payload), payload);
        // One frame at least, so that each of them is drawn.
        await page.evaluate(() => new Promise(requestAnimationFrame));
      }
      await textBecomes(page, "gh-value [part=label]", PAYLOADS[0]!);
      await textBecomes(page, "#last li:last-child [part=text]", PAYLOADS.at(-1)!);
      await page.locator("gh-button button").click();
      const outcome = { id: "c-1", state: "failed", detail: PAYLOADS.join(" ") };
      await eventually(() => should(hub.commands).have.length(1));
      hub.send(`event: outcome\ndata: ${JSON.stringify(outcome)}\n\n`);
      await textBecomes(page, "gh-button [part=outcome]", `Failed: ${outcome.detail}`);
    });
  });
});

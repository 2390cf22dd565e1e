/** What a device's page lets it be told, in Chromium, against a scripted hub. */
import type { Page } from "playwright-core";
import should from "should";
import { violations } from "./axe.ts";
import { commandsBecome, countBecomes, loaded, textBecomes } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const input = (type: string) => `.commands [data-command="${type}"]`;
const OTHER = ".commands > gh-any-command";

/** As a store keeps it. */
const KNOWN = {
  reset: { kind: "none" },
  mode: { kind: "number", min: 3, max: 3 },
  level: { kind: "number", min: 2, max: 9 },
  lamp: { kind: "boolean", min: false, max: true },
  door: { kind: "boolean", min: false, max: true },
  name: { kind: "text" },
  limits: { kind: "object", fields: { low: "number", on: "boolean", name: "text" } },
  list: { kind: "json" },
  wipe: { kind: "none", confirm: "All of it?" },
};

/** What their inputs send, in this order. */
const PAYLOADS_OF = {
  ...{ reset: null, mode: 3, level: 4.5, lamp: true, door: false, name: "<b>" },
  ...{ limits: { low: 5, on: true, name: "" }, list: [1] },
};

describePages("the commands of a device's page", ({ hub, faults, open }) => {
  async function show(device = "site/7"): Promise<Page> {
    const page = await open(`/d/${device}`);
    await loaded(page);
    await textBecomes(page, ".connection", "Live");
    await hub.followed(`$live/${device}/commands`);
    return page;
  }

  function know(device: string, commands: Readonly<Record<string, object>>): void {
    hub.publish(device, "n", 1);
    for (const [type, known] of Object.entries(commands))
      hub.keys.set(`command.${device}/${type}`, { known, since: 1 });
  }

  const outcome = (index: number, state: string, detail?: string) =>
    hub.send(`event: outcome\ndata: ${JSON.stringify({ id: `c-${index}`, state, detail })}\n\n`);
  const outcomeIs = (page: Page, place: string, text: string) => textBecomes(page, `${place} [part=outcome]`, text);

  it("are an input for each that is known, by its kind, and none is sent by opening it", async () => {
    know("site/7", KNOWN);
    hub.publish("site/7", "door", true);
    const page = await show();
    await countBecomes(page, ".commands [data-command]", Object.keys(KNOWN).length);
    const inputs = await page
      .locator(".commands [data-command]")
      .evaluateAll((all) => all.map((one) => [(one as HTMLElement).dataset.command, one.localName]));
    should(Object.fromEntries(inputs)).deepEqual({
      ...{ door: "gh-switch", lamp: "gh-input", level: "gh-input", limits: "gh-form", list: "gh-any-command" },
      ...{ mode: "gh-button", name: "gh-input", reset: "gh-button", wipe: "gh-button" },
    });
    should(await page.locator(input("mode")).getAttribute("title")).equal("Sends mode 3");
    await textBecomes(page, `${input("mode")} button`, "mode 3");
    await page.locator(`${input("door")} [aria-checked=true]`).waitFor();
    should(hub.commands).be.empty();
    should(await violations(page)).deepEqual([]);
  });

  it("send what they say, and say what became of it", async () => {
    know("site/7", KNOWN);
    hub.publish("site/7", "door", true);
    const page = await show();
    await page.locator(`${input("door")} [aria-checked=true]`).waitFor();
    await page.locator(`${input("level")} input`).fill("4.5");
    await page.locator(`${input("lamp")} select`).selectOption("true");
    await page.locator(`${input("name")} input`).fill("<b>");
    await page.getByLabel("low").fill("5");
    await page.getByLabel("on", { exact: true }).check();
    await page.locator(`${input("list")} input`).fill("[1]");
    const sent: object[] = [];
    for (const [type, payload] of Object.entries(PAYLOADS_OF)) {
      await page.locator(`${input(type)} button`).click();
      sent.push({ device: "site/7", type, payload });
      await commandsBecome(hub, sent);
    }
    await outcomeIs(page, input("reset"), "Sending");
    await outcomeIs(page, input("list"), "Sending: list [1]");
    outcome(1, "delivered");
    outcome(2, "failed", "no line");
    outcome(3, "expired");
    await outcomeIs(page, input("reset"), "Delivered");
    await outcomeIs(page, input("mode"), "Failed: no line");
    await outcomeIs(page, input("level"), "Expired");
    await textBecomes(page, "[role=status]", /level: Expired$/);
  });

  it("ask before what a view asks before", async () => {
    know("site/7", KNOWN);
    const page = await show();
    await page.locator(`${input("wipe")} button`).click();
    should(faults.splice(0)).deepEqual(["dialog: All of it?"]);
    should(hub.commands).be.empty();
  });

  it("tell at once that the device is offline", async () => {
    know("site/7", KNOWN);
    const page = await show();
    hub.refusal = { status: 404, body: { error: "offline", message: "The device site/7 is not connected." } };
    await page.locator(`${input("reset")} button`).click();
    await outcomeIs(page, input("reset"), "Offline: The device site/7 is not connected.");
  });

  it("are messages in a mesh, whatever was sent; what is typed stays", async () => {
    const page = await show("mesh/5");
    // A click waits until the input is in sight, as a person does.
    await page.locator(`${input("message")} input`).click();
    await page.keyboard.type("hel");
    hub.publish("mesh/5", "BAT", 1);
    hub.tell("$live/mesh/5/commands", true);
    await textBecomes(page, ".card [part=value]", "1");
    await page.keyboard.type("lo");
    await page.keyboard.press("Enter");
    await outcomeIs(page, input("message"), "Sending");
    outcome(1, "delivered");
    await outcomeIs(page, input("message"), "Delivered");
    await commandsBecome(hub, [{ device: "mesh/5", type: "message", payload: "hello" }]);
    const browser = hub.streams[0]!.get("browser");
    should(browser).match(/^[0-9a-f]{32}$/);
    should(hub.requests).containEql(`/commands?browser=${browser}`);
  });

  it("of any other name are sent from a last line, and have an input once they are known", async () => {
    know("site/8", { reset: { kind: "none" } });
    hub.publish("site/7", "n", 1);
    hub.keys.set("link.site/7", { connected: true, since: 1 });
    const page = await show();
    await countBecomes(page, ".commands [data-command]", 0);
    const names = await page
      .locator(`${OTHER} option`)
      .evaluateAll((all) => all.map((one) => one.getAttribute("value")));
    should(names).deepEqual(["reset"]);
    await page.getByLabel("Command").fill("level");
    await page.getByLabel("Value").fill("3");
    await page.locator(`${OTHER} button`).click();
    await outcomeIs(page, OTHER, "Sending: level 3");
    outcome(1, "delivered");
    know("site/7", { level: { kind: "number", min: 3, max: 3 } });
    hub.tell("$live/site/7/commands", true);
    await textBecomes(page, `${input("level")} button`, "level 3");
    await outcomeIs(page, OTHER, "Delivered: level 3");
    know("site/7", { level: { kind: "number", min: 3, max: 4 } });
    hub.tell("$live/site/7/commands", true);
    await page.locator(`${input("level")} [placeholder="usually 3 to 4"]`).waitFor();
    hub.keys.clear();
    hub.keys.set("link.site/7", { connected: true, since: 1 });
    hub.tell("$live/site/7/commands", true);
    await page.locator(input("level")).waitFor({ state: "detached" });
  });

  it("are none of a device that takes none, nor for who may not command it", async () => {
    hub.publish("robot/5", "speed", 1);
    const robot = await show("robot/5");
    await robot.locator(".commands").waitFor({ state: "hidden" });
    hub.mayCommand = false;
    know("site/7", KNOWN);
    hub.keys.set("link.site/7", { connected: true, since: 1 });
    const page = await show();
    await textBecomes(page, ".commands p", "Your token does not allow you to command this device.");
    for (const part of [OTHER, ".commands .cards"]) await page.locator(part).waitFor({ state: "hidden" });
  });
});

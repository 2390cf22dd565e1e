/** Components that send commands, in Chromium. */
import type { Page } from "playwright-core";
import should from "should";
import { eventually } from "../support/eventually.ts";
import { commandsBecome, textBecomes } from "./browser.ts";
import { describePages } from "./with-hub.ts";

describePages("input components", ({ hub, openAt, show: showView }) => {
  async function show(html: string): Promise<Page> {
    const page = await showView(html);
    await textBecomes(page, ".connection", "Live");
    return page;
  }

  const outcome = (id: number, state: string, detail = "") =>
    hub.send(`event: outcome\ndata: ${JSON.stringify({ id: `c-${id}`, state, detail })}\n\n`);

  it("gh-switch shows the device's state, wishes for the other, and takes the wish back where it fails", async () => {
    hub.publish("mesh/5", "lamp", false);
    const page = await show('<gh-switch type="lamp" label="Lamp"></gh-switch>');
    const lamp = page.getByRole("switch", { name: "Lamp" });
    // What it says of itself takes back a wish.
    await page.locator("gh-switch[state=fresh]").waitFor();
    await lamp.press("Space");
    await textBecomes(page, "gh-switch [part=outcome]", "Sending");
    await page.locator("gh-switch [aria-checked=true]").waitFor();
    await commandsBecome(hub, [{ device: "mesh/5", type: "lamp", payload: true }]);
    outcome(1, "failed", "no such lamp");
    await textBecomes(page, "gh-switch [part=outcome]", "Failed: no such lamp");
    await page.locator("gh-switch [aria-checked=false]").waitFor();
    hub.publish("mesh/5", "lamp", "on");
    await page.waitForFunction(
      () => document.querySelector("gh-switch")!.shadowRoot!.querySelector("[aria-checked=true]") !== null,
    );
  });

  it("gh-slider sends the number when it is let go, and follows the device", async () => {
    hub.publish("mesh/5", "speed", 4);
    const page = await show('<gh-slider type="speed" command="set-speed" min="0" max="10" unit="m/s"></gh-slider>');
    await textBecomes(page, "gh-slider [part=number]", "4\u2009m/s");
    await page.getByRole("slider").press("ArrowRight");
    await textBecomes(page, "gh-slider [part=outcome]", "Sending");
    await commandsBecome(hub, [{ device: "mesh/5", type: "set-speed", payload: 5 }]);
    hub.publish("mesh/5", "speed", 9);
    await textBecomes(page, "gh-slider [part=number]", "9\u2009m/s");
    await page.getByRole("slider").press("ArrowRight");
    await textBecomes(page, "gh-slider [part=number]", "10\u2009m/s");
    await commandsBecome(
      hub,
      [5, 10].map((payload) => ({ device: "mesh/5", type: "set-speed", payload })),
    );
    outcome(2, "failed", "no fuel");
    await textBecomes(page, "gh-slider [part=number]", "9\u2009m/s");
  });

  it("gh-input sends a text, a number or a choice", async () => {
    const page = await show(
      '<gh-input command="say" label="Say"></gh-input><gh-input command="n" kind="number" label="Number"></gh-input><gh-input command="mode" options="auto manual 3" label="Mode"></gh-input>',
    );
    await page.getByLabel("Say").fill("hello");
    await page.getByLabel("Say").press("Enter");
    await page.getByLabel("Number").fill("2.5");
    await page.getByLabel("Number").press("Enter");
    await page.getByLabel("Mode").selectOption("3");
    await page.locator("gh-input[command=mode] button").click();
    await textBecomes(page, "gh-input[command=mode] [part=outcome]", "Sending");
    const payloads = () => hub.commands.map((command) => (command as { payload: unknown }).payload).sort();
    // Three requests may come over three connections.
    await eventually(() => should(payloads()).deepEqual([2.5, 3, "hello"]));
    await eventually(async () => should(await page.getByLabel("Say").inputValue()).equal(""));
  });

  it("gh-form sends its fields as one command, when all of them are right", async () => {
    const page = await show(
      '<gh-form command="limits" label="Limits"><label>Low <input name="low" type="number" required></label><label><input name="strict" type="checkbox" checked> Strict</label></gh-form>',
    );
    await page.getByRole("button", { name: "Send" }).click();
    should(hub.commands).be.empty();
    await page.getByLabel("Low").fill("5");
    await page.getByLabel("Low").press("Enter");
    await textBecomes(page, "gh-form [part=outcome]", "Sending");
    const sent = [{ device: "mesh/5", type: "limits", payload: { low: 5, strict: true } }];
    await commandsBecome(hub, sent);
    await page.locator("gh-form").evaluate((form) => form.setAttribute("disabled", ""));
    await page.waitForFunction(() => document.querySelector("gh-form")!.shadowRoot!.querySelector("button")!.disabled);
    await page.getByLabel("Low").press("Enter");
    await page.locator("gh-form").evaluate((form) => form.removeAttribute("disabled"));
    await page.getByLabel("Low").fill("6");
    await page.waitForFunction(() => !document.querySelector("gh-form")!.shadowRoot!.querySelector("button")!.disabled);
    await page.getByLabel("Low").press("Enter");
    await commandsBecome(hub, [...sent, { ...sent[0], payload: { low: 6, strict: true } }]);
  });

  it("tell at once that a device is offline, and say so for a minute", async () => {
    hub.views.set("test", '<gh-button command="reset"></gh-button>');
    const page = await openAt("/v/test/mesh/5");
    await textBecomes(page, ".connection", "Live");
    hub.refusal = { status: 404, body: { error: "offline", message: "The device mesh/5 is not connected." } };
    await page.getByRole("button").click();
    await textBecomes(page, "gh-button [part=outcome]", /^Offline/);
    await textBecomes(page, "[role=status]", /Offline/);
    await page.clock.fastForward(61_000);
    await textBecomes(page, "gh-button [part=outcome]", "");
  });
});

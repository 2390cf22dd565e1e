/** Components in Chromium, in pages of a test's own, against a scripted hub. */
import should from "should";
import { eventually } from "../support/eventually.ts";
import { commandsBecome, countBecomes, textBecomes } from "./browser.ts";
import { describePages } from "./with-hub.ts";

describePages("components", ({ hub, faults, show }) => {
  const value = (name = "gh-value") => `${name} [part=value]`;

  it("show the newest value of a type, with unit and digits, live", async () => {
    hub.publish("mesh/5", "BAT", 3.7);
    const page = await show('<gh-value type="BAT" unit="V" digits="2" label="Battery"></gh-value>');
    await textBecomes(page, value(), "3.70\u2009V");
    await textBecomes(page, "gh-value [part=label]", "Battery");
    hub.publish("mesh/5", "BAT", 3.65);
    await textBecomes(page, value(), "3.65\u2009V");
  });

  it("take their device from the attribute, from what surrounds them, or from the address", async () => {
    for (const device of ["mesh/1", "mesh/2", "mesh/5"]) hub.publish(device, "N", Number(device.slice(5)));
    const page = await show(
      '<gh-value type="N" id="a"></gh-value><gh-view device="mesh/1"><gh-value type="N" id="b"></gh-value><gh-value type="N" device="mesh/2" id="c"></gh-value></gh-view>',
    );
    await textBecomes(page, "#a [part=value]", "5");
    await textBecomes(page, "#b [part=value]", "1");
    await textBecomes(page, "#c [part=value]", "2");
    should(hub.topicsOf(hub.streams[0]!)).deepEqual(["mesh/5/N", "mesh/1/N", "mesh/2/N"]);
  });

  it("follow another topic when their attributes change, and miss nothing by that", async () => {
    hub.publish("mesh/5", "A", 1);
    hub.publish("mesh/5", "B", 2);
    const page = await show('<gh-value type="A" id="a"></gh-value><gh-value type="A" id="b"></gh-value>');
    await textBecomes(page, "#a [part=value]", "1");
    await page.locator("#a").evaluate((element) => element.setAttribute("type", "B"));
    await textBecomes(page, "#a [part=value]", "2");
    hub.publish("mesh/5", "A", 3);
    hub.publish("mesh/5", "B", 4);
    await textBecomes(page, "#a [part=value]", "4");
    await textBecomes(page, "#b [part=value]", "3");
  });

  it("show a field of an object, no number for NaN, and wait for a type that never comes", async () => {
    hub.publish("mesh/5", "GPS", { longitude: 121.5, latitude: Number.NaN });
    const page = await show(
      '<gh-value type="GPS" field="longitude" id="a"></gh-value><gh-value type="GPS" field="latitude" id="b"></gh-value><gh-value type="never" id="c"></gh-value>',
    );
    await textBecomes(page, "#a [part=value]", "121.5");
    await textBecomes(page, "#b [part=value]", "–");
    await textBecomes(page, "#c [part=age]", "No value yet");
    await page.waitForSelector("#c[state=waiting]");
  });

  it("show an old value as old", async () => {
    hub.publish("mesh/5", "A", 1, Date.now() - 10_000);
    const page = await show(
      '<gh-value type="A" id="a" stale="5"></gh-value><gh-value type="A" id="b"></gh-value><gh-value type="A" id="c" stale="never"></gh-value>',
    );
    await textBecomes(page, "#a [part=age]", /^Old: 1\d s ago$/);
    await textBecomes(page, "#b [part=age]", "");
    await page.waitForSelector("#a[state=stale]");
    await page.waitForSelector("#c[state=fresh]");
  });

  it("raise an alarm beyond their bounds, and say so once", async () => {
    hub.publish("mesh/5", "A", 1);
    const page = await show('<gh-value type="A" low="0" high="10" label="Depth"></gh-value>');
    await textBecomes(page, value(), "1");
    hub.publish("mesh/5", "A", 11);
    await page.waitForSelector("gh-value[alarm=high]");
    await textBecomes(page, "[role=status]", "Depth: 11, too high");
    hub.publish("mesh/5", "A", 5);
    await textBecomes(page, "[role=status]", "Depth: 5, normal again");
    await countBecomes(page, "gh-value[alarm]", 0);
  });

  it("show a code's text and mood", async () => {
    hub.publish("mesh/5", "S", 2);
    const page = await show('<gh-status type="S" codes="0=Off 1=On:good 2=\'Much wind\':bad"></gh-status>');
    await textBecomes(page, value("gh-status"), "Much wind");
    await page.waitForSelector("gh-status[mood=bad]");
    hub.publish("mesh/5", "S", 7);
    await textBecomes(page, value("gh-status"), "7");
  });

  it("send a command, and show what becomes of it", async () => {
    hub.publish("mesh/5", "A", 1);
    const page = await show('<gh-button command="reset" payload=\'{"hard":true}\' label="Reset"></gh-button>');
    const outcome = "gh-button [part=outcome]";
    await page.getByRole("button", { name: "Reset" }).click();
    await textBecomes(page, outcome, "Sending");
    await commandsBecome(hub, [{ device: "mesh/5", type: "reset", payload: { hard: true } }]);
    await hub.followed("mesh/5/reset");
    hub.send('event: outcome\ndata: {"id":"c-1","state":"delivered"}\n\n');
    await textBecomes(page, outcome, "Delivered");
    await textBecomes(page, "[role=status]", "Reset: Delivered");
    hub.refusal = { status: 404, body: { error: "offline", message: "The device mesh/5 is not connected." } };
    await page.getByRole("button", { name: "Reset" }).click();
    await textBecomes(page, outcome, "Offline: The device mesh/5 is not connected.");
  });

  it("of a view say where a command comes from, and its script hears what the flow tells", async () => {
    hub.publish("mesh/5", "A", 1);
    const buttons = '<gh-button command="a" id="first"></gh-button><gh-button command="b"></gh-button>';
    hub.scripts.set(
      "test",
      'gatehouse.onData((data) => { document.querySelector("#heard").textContent += data.note; });',
    );
    const page = await show(
      `<div class="view" data-view="test" device="mesh/5"><gh-value type="A"></gh-value>${buttons}<b id="heard"></b></div>`,
    );
    await textBecomes(page, "gh-value [part=value]", "1");
    await hub.followed("$live/view/test/mesh/5");
    hub.tell("$live/view/test", { note: "all " });
    hub.tell("$live/view/test/mesh/5", { note: "one" });
    hub.tell("$live/view/test/mesh/6", { note: "other" });
    await textBecomes(page, "#heard", "all one");
    for (const button of await page.locator("gh-button button").all()) await button.click();
    await textBecomes(page, "gh-button:last-of-type [part=outcome]", "Sending");
    const from = [
      { device: "mesh/5", type: "a", view: "test", component: "first" },
      { device: "mesh/5", type: "b", view: "test", component: "gh-button" },
    ];
    await eventually(() => should(hub.commands).match(from));
  });

  it("are called what they follow or send, where nothing is said", async () => {
    const page = await show(
      '<gh-value type="temperature humidity" id="a"></gh-value><gh-value type="O2%25" field="part.one" id="b"></gh-value><gh-value type="mesh/1/SPD" id="c"></gh-value><gh-value type="$data" field="note" id="d"></gh-value><gh-value type="Collector_Pump" label="" id="e"></gh-value><gh-status type="Collector_Pump" id="f"></gh-status><gh-button command="reset_all"></gh-button>',
    );
    for (const [id, label] of Object.entries({
      a: "Temperature, humidity",
      b: "O2% part.one",
      c: "mesh/1/SPD",
      d: "Note",
      e: "",
      f: "Collector Pump",
    }))
      await textBecomes(page, `#${id} [part=label]`, label);
    await textBecomes(page, "gh-button button", "Reset all");
  });

  it("come from a user too, in a few lines", async () => {
    hub.publish("mesh/5", "Direction", 92);
    hub.scripts.set(
      "test",
      `gatehouse.define("gh-compass", class extends gatehouse.GhComponent {
        format(degrees) {
          return ["N", "NE", "E", "SE", "S", "SW", "W", "NW"][Math.round(degrees / 45) % 8];
        }
      });`,
    );
    const page = await show('<gh-compass type="Direction"></gh-compass>');
    await textBecomes(page, value("gh-compass"), "E");
  });

  it("that do not exist are told at their place, and the others go on", async () => {
    hub.publish("mesh/5", "A", 1);
    const page = await show('<gh-view><gh-none type="A"></gh-none><gh-value type="A"></gh-value></gh-view>');
    await textBecomes(page, "gh-none", "There is no component gh-none.");
    await textBecomes(page, value(), "1");
  });

  it("of a user that throw leave the others alone", async () => {
    hub.publish("mesh/5", "A", 1);
    hub.scripts.set(
      "test",
      'gatehouse.define("gh-bad", class extends gatehouse.GhComponent { receive() { throw new Error("bad receive"); } });',
    );
    const page = await show('<gh-bad type="A"></gh-bad><gh-value type="A"></gh-value>');
    await textBecomes(page, value(), "1");
    await page.waitForSelector("gh-bad[state=fault]");
    should(faults.splice(0).join()).match(/bad receive/);
  });
});

/** The monitoring page in Chromium, against a scripted hub. */
import type { Page } from "playwright-core";
import should from "should";
import { eventually } from "../../support/eventually.ts";
import { countBecomes, loaded, textBecomes, textsBecome } from "../browser.ts";
import { describePages } from "../with-hub.ts";

const MONITOR = "$live/mesh/monitor";
const figure = (name: string) => `[data-tile="${name}"] .figure`;
const detail = (name: string) => `[data-tile="${name}"] .detail`;
const node = (address: number, part: string) => `[data-device="mesh/${address}"] ${part}`;

describePages("the monitoring page", ({ hub, open, openAt }) => {
  async function show(): Promise<Page> {
    const page = await open("/v/mesh");
    await loaded(page);
    await hub.followed(MONITOR);
    return page;
  }

  const line = (message: string) => hub.tell(MONITOR, JSON.stringify({ type: "trafficLog", message }));
  const linesBecome = (page: Page, ...lines: string[]) => textsBecome(page, ".traffic .words", lines);

  it("shows nodes as they come, by name, each with its status and a way to its page", async () => {
    hub.publish("mesh/10", "BAT", 1);
    hub.publish("mesh/9", "BAT", 1, Date.now() - 60_000);
    hub.publish("solar/board", "BAT", 1);
    hub.keys.set("device.mesh/9", { name: "Buoy" });
    const page = await show();
    await textBecomes(page, node(9, ".status"), "stale");
    await textsBecome(page, ".device h3", ["Buoy", "mesh/10"]);
    await textBecomes(page, figure("nodes"), "1 of 2 active");
    hub.publish("mesh/1", "BAT", 1);
    await textBecomes(page, node(1, ".status"), "active");
    should(await page.locator(node(10, "a")).getAttribute("href")).equal("/gatehouse/d/mesh/10");
  });

  it("shows at once that all nodes were disconnected, until they are heard again", async () => {
    for (const address of [1, 2]) hub.publish(`mesh/${address}`, "BAT", 1, Date.now() - 1000);
    const page = await show();
    await textBecomes(page, figure("nodes"), "2 of 2 active");
    await hub.followed("$live/mesh/reset");
    hub.tell("$live/mesh/reset", Date.now());
    await textBecomes(page, node(1, ".status"), "disconnected");
    await textBecomes(page, figure("nodes"), "0 of 2 active");
    hub.publish("mesh/2", "BAT", 1, Date.now() + 1);
    await textBecomes(page, figure("nodes"), "1 of 2 active");
  });

  it("says so where no node has spoken, and shows another network at its own address", async () => {
    hub.publish("field/7", "BAT", 1);
    const page = await show();
    await page.waitForSelector(".empty", { state: "visible" });
    await page.goto(`${hub.url}/v/mesh/field`);
    await textBecomes(page, '[data-device="field/7"] h3', "field/7");
  });

  it("lets a silent node go stale and disconnected, says so once, and takes it back", async () => {
    const start = Date.now();
    hub.dated = false;
    hub.publish("mesh/1", "BAT", 1, start);
    const page = await openAt("/v/mesh", start);
    await textBecomes(page, node(1, ".status"), "active");
    await page.clock.fastForward(31_000);
    await textBecomes(page, node(1, ".status"), "stale");
    await textBecomes(page, "[role=status]", "mesh/1 is stale");
    await textBecomes(page, detail("nodes"), "1 stale");
    hub.publish("mesh/1", "BAT", 2, start + 31_000);
    await textBecomes(page, node(1, ".status"), "active");
  });

  it("shows what the gateway tells of traffic in readable form, filters it, pauses and goes on", async () => {
    const page = await show();
    await textBecomes(page, ".connection", "Live");
    for (const text of ["client ::1 asks [GET]\\x00\\x05GPS", "uart out: Node-5 <R>A", "lap 1 \\x41"]) line(text);
    await linesBecome(page, "client ::1 asks [GET]‹00 05›GPS", "mesh/5 <R>A", "lap 1 \\x41");
    should(await page.getAttribute("#traffic-filter", "placeholder")).equal("Filter: mesh/1, type, address");
    await page.fill("#traffic-filter", "mesh/5 out");
    await linesBecome(page, "mesh/5 <R>A");
    await page.fill("#traffic-filter", "nothing has this");
    await textBecomes(page, ".traffic-none", "No line has these words.");
    await page.fill("#traffic-filter", "");
    await page.click("#pause");
    line("while it is paused");
    await textBecomes(page, "#pause", "Resume, 1 new");
    await countBecomes(page, ".traffic li", 3);
    await page.click("#pause");
    await countBecomes(page, ".traffic li", 4);
    await textBecomes(page, "#pause", "Pause");
    await page.click("#clear");
    await textBecomes(page, ".traffic-none", "Nothing yet.");
  });

  it("keeps a bounded number of lines, and the newest in sight", async () => {
    const page = await show();
    await textBecomes(page, ".connection", "Live");
    for (let number = 1; number <= 3_000; number++) line(`line ${number}`);
    await textBecomes(page, ".traffic li:last-child .words", "line 3000");
    await countBecomes(page, ".traffic li", 1_000);
    const box = page.locator(".traffic-box");
    const below = () => box.evaluate((one) => one.scrollHeight - one.scrollTop - one.clientHeight);
    await eventually(async () => should(await below()).be.below(2));
    await box.evaluate((one) => one.scrollTo(0, 0));
    line("one more");
    await textBecomes(page, ".traffic li:last-child .words", "one more");
    should(await box.evaluate((one) => one.scrollTop)).be.below(100);
  });

  it("shows what nodes say by their readings, but not those of long ago", async () => {
    hub.publish("mesh/5", "BAT", 3.6, Date.now() - 60_000);
    const page = await show();
    await textBecomes(page, ".connection", "Live");
    hub.publish("mesh/5", "BAT", 3.7);
    await textBecomes(page, ".traffic .words", "mesh/5 BAT 3.7");
    line("uart in: Node-5 O2%25 \\x0e\\x74");
    hub.publish("mesh/5", "O2%25", { base64: "DnQ=" });
    hub.publish("mesh/5", "message", "hello");
    await linesBecome(page, "mesh/5 BAT 3.7", "mesh/5 O2% 0e 74", "mesh/5 message hello");
  });

  it("shows robots as client programs report them", async () => {
    const page = await show();
    await textBecomes(page, ".connection", "Live");
    const robots = [{ name: "r1", battery: 87, at: { x: 1 } }, { state: "lost" }];
    hub.tell(MONITOR, { type: "networkStatus", status: "robotStatus", robots });
    await textBecomes(page, ".robot h3", "r1");
    await textsBecome(page, ".robot h3", ["r1", "Robot 2"]);
    await textsBecome(page, ".robot:first-child :is(dt, dd)", ["battery", "87", "at.x", "1"]);
    await page.locator(".robots-none").waitFor({ state: "hidden" });
  });

  it("shows the serial line, the client programs, the frames and the drops, as the counters have them", async () => {
    const counters = (isOpen: number, frames: number, drops: number) => {
      hub.metrics = [
        `gatehouse_uart_open{port="Mesh module"} ${isOpen}`,
        `gatehouse_uart_frames_total{codec="c"} ${frames}`,
        'gatehouse_api_listeners{where="g"} 2',
        'gatehouse_api_requests_total{where="g"} 311',
        `gatehouse_dropped_total{where="uart-codec:c",reason="bad-escape"} ${drops}`,
        'gatehouse_dropped_total{where="uart-codec:c",reason="overflow"} 0',
        `gatehouse_dropped_total{where="gateway-api:tab Mesh",reason="unheard"} ${drops * 10}`,
      ].join("\n");
    };
    counters(1, 100, 3);
    hub.browsers = [
      { via: "events", address: "127.0.0.1", since: Date.now(), view: "/gatehouse/v/mesh", topics: [], dropped: 0 },
    ];
    const page = await openAt("/v/mesh");
    await hub.followed(MONITOR);
    await textBecomes(page, figure("serial"), "Open");
    await textBecomes(page, figure("clients"), "2 listening");
    await textBecomes(page, figure("drops"), "3");
    await textsBecome(page, ".drops tbody tr", [
      "bad-escape uart-codec:c3",
      "unheard: nobody listened gateway-api:tab Mesh30",
    ]);
    await textBecomes(page, "#browsers tbody th", "/gatehouse/v/mesh 127.0.0.1");
    counters(0, 160, 5);
    hub.tell(MONITOR, { type: "networkStatus", status: "connectionStatus", socket: true, uart: false });
    await textBecomes(page, figure("serial"), "Closed");
    await textBecomes(page, detail("drops"), "2 since this page opened");
    await page.clock.fastForward(4_000);
    await textBecomes(page, figure("frames"), /^[\d.]+ per second$/);
  });

  it("does without what the hub does not tell, and says what is not in the flow", async () => {
    const page = await show();
    await textBecomes(page, detail("serial"), "no serial port in the flow");
    await textBecomes(page, detail("clients"), "no client API in the flow");
    await page.locator("#browsers").waitFor({ state: "hidden" });
    await page.locator(".drops-none").waitFor();
  });

  it("comes back by itself after a restart of the server", async () => {
    hub.publish("mesh/1", "BAT", 1);
    const page = await show();
    await textBecomes(page, ".connection", "Live");
    await hub.stop();
    await textBecomes(page, ".connection", /^(Reconnecting|Lost since)/);
    hub.publish("mesh/2", "BAT", 1);
    await hub.start();
    await textBecomes(page, node(2, ".status"), "active");
  });
});
